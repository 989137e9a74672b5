# Two commands are all a newcomer needs: make run, make test.
# Both install what they miss (Debian packages through apt, with sudo when not
# root; npm packages into e2e/) and say so.

SHELL   := /bin/bash
GO      ?= go
BIN     := bin/sluis
# The same for vet, build and tests: a fresh machine compiles all of it once. Only the race
# detector needs C, and with it everything once more.
export CGO_ENABLED := 0
export GOFLAGS     += -trimpath
# Packages that work with goroutines, and how they are tested; .ci/test reads both. What
# others wrote and only computes is not watched for races: it takes most of the time then.
# Vet has a part of its own, and would look through every library once more.
UNWATCHED := github.com/andybalholm/brotli github.com/evanw/esbuild/... github.com/klauspost/compress/... \
	github.com/goccy/go-yaml/... encoding/json regexp/... strconv unicode/...
export RACE := ./consentlog ./api ./server
export RACEFLAGS := -race -vet=off $(foreach library,$(UNWATCHED),-gcflags=$(library)=-race=false)
export CHROMIUM ?= $(firstword $(foreach name,chromium chromium-browser google-chrome google-chrome-stable,$(shell command -v $(name))))
export HEADLESS_SHELL ?= $(shell command -v chromium-headless-shell)

.DEFAULT_GOAL := help
.PHONY: help run test build install-redis install-tests npm npm-next check vet format types test-go test-race test-ts e2e e2e-next install-engines e2e-engines gallery bench bench-sweep bench-sites bench-browser size clean

help: ## List every target
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / {printf "  %-16s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

run: install-redis build ## Start Sluis with its demo site and print where to look
	@./$(BIN) serve

test: ## Run every test, the browser ones included, and sum up
	@./.ci/test

build: ## Build bin/sluis, one static file
	@mkdir -p bin
	@$(GO) build -o $(BIN) ./server

# $(call need,program,package,what for)
need = @./.ci/need '$(1)' '$(2)' '$(3)'

install-redis: ## Install redis-server where it and Valkey are missing (without either the demo keeps records in memory)
	@./.ci/need 'redis-server valkey-server' redis-server 'keeps the records' || echo 'Going on without: records will be kept in memory only.'

install-tests: npm ## Install what the tests need
	$(call need,redis-server,redis-server,the log is tested on a real Redis)
	$(call need,chromium chromium-browser google-chrome google-chrome-stable,chromium,the banner is tested in a real browser)
	@./.ci/need chromium-headless-shell chromium-headless-shell 'a visitor takes a third of the time in Chromium without windows' or-go-on || echo 'Going on with Chromium itself.'
	$(call need,/usr/share/fonts/truetype/liberation/LiberationSans-Regular.ttf,fonts-liberation,what fits a screen is measured in a font that every machine can have)
	$(call need,gcc,gcc libc6-dev,the race detector of Go)
	$(call need,jq,jq,verifying a receipt without our software)
	$(call need,xxd,xxd,verifying a receipt without our software)
	$(call need,openssl,openssl,verifying a receipt without our software)
	$(call need,nginx,nginx-light,the recipes are run in it)
	$(call need,apache2,apache2-bin,the recipes are run in it)
	$(call need,php,php-cli,the recipes are run in it)

install-engines: ## Install Firefox and WebKit for the walk, where the distribution has them
	@./.ci/need firefox-esr firefox-esr 'the walk in Firefox' or-go-on
	@./.ci/need WebKitWebDriver webkit2gtk-driver 'the walk in WebKit' or-go-on
	@./.ci/need Xvfb xvfb 'a screen for WebKit' or-go-on

npm: e2e/node_modules/.package-lock.json

e2e/node_modules/.package-lock.json: e2e/package-lock.json
	@echo 'Installing the npm packages of the browser tests into e2e/node_modules …'
	@cd e2e && npm ci --ignore-scripts --no-audit --no-fund --loglevel=error

npm-next: e2e/next/node_modules/.package-lock.json

e2e/next/node_modules/.package-lock.json: e2e/next/package-lock.json
	@echo 'Installing Next.js for its recipe into e2e/next/node_modules (some 340 MB) …'
	@cd e2e/next && npm ci --ignore-scripts --no-audit --no-fund --loglevel=error

check: vet format types ## Everything that judges the code without running it

vet:
	@echo 'go vet' && $(GO) vet ./...

format:
	@echo 'gofmt' && unformatted=$$(gofmt -l $$(git ls-files '*.go')); \
	if [ -n "$$unformatted" ]; then echo "not formatted (gofmt -w mends it):"; echo "$$unformatted"; exit 1; fi

types: npm
	@echo 'tsc banner/src' && e2e/node_modules/.bin/tsc -p banner/src
	@echo 'tsc e2e' && e2e/node_modules/.bin/tsc -p e2e

test-go: ## Run the Go tests
	@$(GO) test ./...

test-race: ## Run the Go tests that work with goroutines under the race detector
	@CGO_ENABLED=1 $(GO) test $(RACEFLAGS) $(RACE)

test-ts: npm ## Run the unit tests of the browser code
	@cd e2e && node --import tsx --test $$(cd .. && ls banner/src/*.test.ts | sed 's|^|../|')

e2e: build install-tests ## Run the browser tests (SHAKE=frames,network as a busy machine would: e2e/harness/shake.ts)
	@cd e2e && E2E_BINARY=$(BIN) node --import tsx --test --test-concurrency=2 $$(node --import tsx groups.ts)

e2e-next: install-tests npm-next ## Build the recipe for Next.js and run it
	@cd e2e && node --import tsx --test --test-reporter=spec next/*.test.ts

e2e-engines: install-tests install-engines ## Run the walk in Chromium, Firefox and WebKit
	@cd e2e && node --experimental-websocket --import tsx --test --test-reporter=spec engines/*.test.ts

gallery: build install-tests ## Take pictures of everything visitors meet (ONLY=name for a part, PEERS=1 for other tools beside it)
	@if [ -n "$(PEERS)" ]; then cd bench/browser && npm ci --ignore-scripts --no-audit --no-fund --loglevel=error && node --import tsx gallery.ts ../../e2e/gallery/out/peers; fi
	@cd e2e && E2E_BINARY=$(BIN) node --import tsx gallery/gallery.ts

bench: build ## Measure records and scripts against redis-benchmark and nginx
	$(call need,redis-server,redis-server,holds the log)
	$(call need,redis-benchmark,redis-tools,the rate to compare records with)
	$(call need,nginx,nginx-light,the rate to compare scripts with)
	$(call need,wrk,wrk,asks for the scripts)
	@$(GO) run ./bench -sluis $(BIN)

bench-sweep: build ## Measure a sweep over a million visitors, and records beside it
	$(call need,redis-server,redis-server,holds the log)
	$(call need,redis-cli,redis-tools,walks the same keys)
	@$(GO) run ./bench -sluis $(BIN) -sweep 1000000

bench-sites: build ## Measure a service of 5000 sites that nobody visits
	$(call need,redis-server,redis-server,holds the log)
	@$(GO) run ./bench -sluis $(BIN) -sites 5000

bench-browser: ## Measure the gate and the banner in a real browser, beside other consent tools
	@cd bench/browser && npm ci --ignore-scripts --no-audit --no-fund --loglevel=error && npm run bench

size: ## Print the size of the gate and the banner beside their budget, and what each promise of the gate weighs
	@$(GO) test ./banner -run 'Size|PartsOfTheGate' -v | sed 's/^ *[a-z_]*.go:[0-9]*: //' | grep -E 'gate|banner|budget|FAIL' || true

clean: ## Remove what was built and installed here; data/ and sites/ stay
	@rm -rf bin e2e/node_modules e2e/out e2e/next/node_modules e2e/next/out e2e/gallery/out e2e/artifacts bench/out
