import assert from 'node:assert/strict';
import { test } from 'node:test';
import { scopes } from './scopes.ts';

// Protects: a cookie is removed wherever above this page it was set.
test('every path and parent domain is tried', () => {
  const tried = scopes('www.shop.example.nl', '/bread/rye/loaf.html');
  for (const scope of [
    ';path=/',
    ';path=/;domain=example.nl',
    ';path=/bread;domain=www.shop.example.nl',
    ';path=/bread/;domain=shop.example.nl',
    ';path=/bread/rye',
    ';path=/bread/rye/loaf.html;domain=example.nl',
  ])
    assert.ok(tried.includes(scope), scope);
  assert.equal(new Set(tried).size, tried.length, 'nothing twice');
});

test('a host without a dot', () => {
  assert.ok(scopes('localhost', '/').includes(';path=/'));
});
