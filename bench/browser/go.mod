// Keeps the go command out of node_modules, where npm packages bring Go files.
module sluis/bench/browser

go 1.26
