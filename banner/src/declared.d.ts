// What the bundler bakes into the embedded cookie declaration (see
// ../declaration.go), beside SITE, LANGUAGE and LANGUAGES of site.d.ts.

type Tree = readonly [tag: string, attributes: Readonly<Record<string, string>>, ...children: (string | Tree)[]];

/** The whole declaration; its element of the class "sluis-choice" is left empty for the visitor's own choice. */
declare const DECLARATION: Tree;
declare const DECLARED_CATEGORIES: readonly (readonly [id: import('./sluis').Category, name: string])[];
/** The services that a visitor can allow. */
declare const DECLARED_SERVICES: readonly (readonly [id: string, name: string, category: import('./sluis').Category])[];
declare const DECLARED_TEXTS: readonly [open: string, none: string, number: string, gpc: string];
/** The site takes Global Privacy Control for a refusal. */
declare const WITH_GPC: boolean;
