package banner

import "time"

func validity(s string) time.Duration { return 0 }
