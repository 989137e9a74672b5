package banner

import _ "embed"

//go:embed src/sluis.d.ts
var types string

// Types is the page interface, as TypeScript has it.
func Types() string { return types }
