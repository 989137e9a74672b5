package banner

import (
	"bytes"
	"embed"
	"fmt"
	"path"
	"strings"

	"github.com/evanw/esbuild/pkg/api"
)

//go:embed src/*.ts src/*.css
var sources embed.FS

// engines is the support policy: browsers of the last 30 months. An older one
// fails to read the script, and so holds everything back and shows nothing.
func engines() []api.Engine {
	return []api.Engine{
		{Name: api.EngineChrome, Version: "125"},
		{Name: api.EngineEdge, Version: "125"},
		{Name: api.EngineFirefox, Version: "126"},
		{Name: api.EngineSafari, Version: "17.5"},
		{Name: api.EngineIOS, Version: "17.5"},
	}
}

// bundle makes one script of an entry file and the constants baked into it.
func bundle(entry string, constants map[string]string) ([]byte, error) {
	return bundleFrom(source, entry, constants)
}

// source is one of the embedded files.
func source(name string) ([]byte, error) { return sources.ReadFile("src/" + name) }

func bundleFrom(source func(name string) ([]byte, error), entry string, constants map[string]string) ([]byte, error) {
	script, err := compile(source, entry, constants, api.FormatIIFE)
	if err != nil {
		return nil, err
	}
	return tighten(asBlock(script, constants))
}

// ofScript begins each declaration of a script itself, as the bundler writes it: the
// function that it puts around the script indents it once, and what is within deeper.
const ofScript = "\n  var "

// asBlock makes a block of that function. What is declared with let is as much the
// script's own there, and the block is smaller. Whatever goes wrong in it is never
// thrown into the page.
func asBlock(script []byte, constants map[string]string) []byte {
	asItIs := fmt.Appendf(nil, "try{%s}catch{}", script)
	for _, value := range constants {
		// A text with a line that reads like a declaration would be rewritten.
		if strings.Contains(value, `\n  var `) {
			return asItIs
		}
	}
	body, begins := bytes.CutPrefix(script, []byte("(() => {"))
	body, ends := bytes.CutSuffix(body, []byte("})();\n"))
	if !begins || !ends {
		return asItIs
	}
	return fmt.Appendf(nil, "try{%s}catch{}", bytes.ReplaceAll(body, []byte(ofScript), []byte("\n  let ")))
}

func compile(source func(name string) ([]byte, error), entry string, constants map[string]string, format api.Format) ([]byte, error) {
	result := api.Build(api.BuildOptions{
		EntryPoints:       []string{entry},
		Bundle:            true,
		Format:            format,
		Platform:          api.PlatformBrowser,
		Charset:           api.CharsetUTF8,
		Engines:           engines(),
		MinifyWhitespace:  format != api.FormatIIFE, // asBlock reads it
		MinifySyntax:      true,
		MinifyIdentifiers: true,
		MangleProps:       "^_",
		LegalComments:     api.LegalCommentsNone,
		Define:            constants,
		Plugins:           []api.Plugin{embeddedSources(source)},
		LogLevel:          api.LogLevelSilent,
	})
	if len(result.Errors) > 0 {
		messages := api.FormatMessages(result.Errors, api.FormatMessagesOptions{})
		return nil, fmt.Errorf("bundle %s: %s", entry, strings.Join(messages, ""))
	}
	return result.OutputFiles[0].Contents, nil
}

// tighten sees the modules of a bundle as one, which the bundler does not.
func tighten(script []byte) ([]byte, error) {
	result := api.Transform(string(script), api.TransformOptions{
		Format: api.FormatDefault, Charset: api.CharsetUTF8, Engines: engines(),
		MinifyWhitespace: true, MinifySyntax: true, MinifyIdentifiers: true,
		LegalComments: api.LegalCommentsNone, LogLevel: api.LogLevelSilent,
	})
	if len(result.Errors) > 0 {
		return nil, fmt.Errorf("tighten: %s", strings.Join(api.FormatMessages(result.Errors, api.FormatMessagesOptions{}), ""))
	}
	// V8 compiles all of it when it loads, off the page's thread where it can, and
	// no function at its first call, which is in the visitor's click
	// (https://v8.dev/blog/explicit-compile-hints). Other engines see a comment.
	return fmt.Appendf(nil, "//# allFunctionsCalledOnLoad\n%s", bytes.TrimSpace(result.Code)), nil
}

// embeddedSources lets esbuild read the embedded sources instead of a disk.
func embeddedSources(source func(name string) ([]byte, error)) api.Plugin {
	return api.Plugin{Name: "embedded", Setup: func(build api.PluginBuild) {
		build.OnResolve(api.OnResolveOptions{Filter: ".*"}, func(args api.OnResolveArgs) (api.OnResolveResult, error) {
			name := path.Base(args.Path)
			if path.Ext(name) == "" || strings.HasSuffix(name, ".d") {
				name += ".ts"
			}
			return api.OnResolveResult{Path: name, Namespace: "embedded"}, nil
		})
		build.OnLoad(api.OnLoadOptions{Filter: ".*", Namespace: "embedded"}, func(args api.OnLoadArgs) (api.OnLoadResult, error) {
			src, err := source(args.Path)
			if err != nil {
				return api.OnLoadResult{}, err
			}
			contents, loader := string(src), api.LoaderTS
			if path.Ext(args.Path) == ".css" {
				// The text loader takes a file as it stands.
				if contents, err = minifyCSS(contents); err != nil {
					return api.OnLoadResult{}, fmt.Errorf("%s: %w", args.Path, err)
				}
				loader = api.LoaderText
			}
			return api.OnLoadResult{Contents: &contents, Loader: loader}, nil
		})
	}}
}

func minifyCSS(css string) (string, error) {
	result := api.Transform(css, api.TransformOptions{
		Loader: api.LoaderCSS, MinifyWhitespace: true, MinifySyntax: true, Engines: engines(), Charset: api.CharsetUTF8,
	})
	if len(result.Errors) > 0 {
		return "", fmt.Errorf("%s", strings.Join(api.FormatMessages(result.Errors, api.FormatMessagesOptions{}), ""))
	}
	return strings.TrimSpace(string(result.Code)), nil
}
