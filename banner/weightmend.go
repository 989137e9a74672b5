package banner

import (
	"fmt"
	"strings"

	"github.com/andybalholm/brotli"
)

// At least three parts are named, so that there is a choice, and no more than
// anybody reads.
const leastNamed, mostNamed = 3, 8

// weigh notes what is over its limit, at the part that weighs most.
func (d *document) weigh(b *Bundler, site *Site, weights []Weight) {
	for _, w := range weights {
		if w.Bytes <= w.Limit {
			continue
		}
		what := "the banner in " + quote(w.Script)
		if w.Script == "gate" {
			what = "the gate"
		}
		over, parts, path := w.Bytes-w.Limit, b.heaviest(site, w.Script), "services"
		if len(parts) > 0 {
			path = parts[0].path
		}
		d.breaks(ruleSize, path, fmt.Sprintf("%s is %d bytes of brotli, over its limit of %d", what, w.Bytes, w.Limit),
			fmt.Sprintf("%d bytes have to go: ", over)+b.smallerNet(site, w, over)+leaveOut(parts, over))
	}
}

// leaveOut names the heaviest parts until what they weigh is enough to go, and
// says so where it is not.
func leaveOut(parts []part, over int) string {
	names, sum := []string{}, 0
	for _, p := range parts {
		if p.bytes <= 0 || len(names) == mostNamed || len(names) >= leastNamed && sum >= over {
			break
		}
		names = append(names, fmt.Sprintf("%s (about %d bytes)", p.name, p.bytes))
		sum += p.bytes
	}
	more := ""
	if sum < over {
		more = fmt.Sprintf("; those are about %d bytes, so it takes more", sum)
	}
	return "leave out or shorten what weighs most: " + strings.Join(names, ", ") + more
}

// smallerNet says what a gate would lose with a net that holds less: often more
// than any service weighs, and nobody has to go without one for it.
func (b *Bundler) smallerNet(site *Site, w Weight, over int) string {
	if w.Script != "gate" {
		return ""
	}
	all := ""
	for _, n := range []struct{ caught, cost string }{
		{"services", "unmarked tags of services that the file does not list are then no longer caught"},
		{"off", "every tag then has to be marked or managed"},
	} {
		if site.Caught == "off" || site.Caught == n.caught {
			continue
		}
		lighter := *site
		lighter.Caught = n.caught
		body, err := b.gate(&lighter, b.Release(&lighter))
		if saved := w.Bytes - brotliSize(body, brotli.BestCompression); err == nil && saved > 0 {
			enough := "and is enough"
			if saved < over {
				enough = "and is not enough alone"
			}
			all += fmt.Sprintf("write caught: %s, which saves %d %s (%s); or ", n.caught, saved, enough, n.cost)
		}
	}
	return all
}
