package banner

type codings struct{}
