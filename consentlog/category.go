package consentlog

// Category is one of the four groups of purposes a visitor decides about.
// They are fixed: another one would be a new record version.
type Category string

// The four categories, in the order in which every list shows them.
const (
	Necessary   Category = "necessary"
	Functional  Category = "functional"
	Analytics   Category = "analytics"
	SocialMedia Category = "social-media"
)

// Categories lists all four in their order.
var Categories = []Category{Necessary, Functional, Analytics, SocialMedia}

// Decision is what a visitor said about a category or a service. There is no
// third value: what was not granted is denied.
type Decision string

// The two decisions.
const (
	Granted Decision = "granted"
	Denied  Decision = "denied"
)
