package banner

import (
	"encoding/json"
	"fmt"

	"sluis/consentlog"
)

// ShownServices lists the ids of the services that a notice shows, whenever it
// was: all that a visitor who read it could decide about.
func ShownServices(notice consentlog.Notice) ([]string, error) {
	var content struct {
		Categories []struct {
			Services []struct {
				ID string `json:"id"`
			} `json:"services"`
		} `json:"categories"`
	}
	if err := json.Unmarshal(notice.Content, &content); err != nil {
		return nil, fmt.Errorf("services of notice %s: %w", notice.Hash(), err)
	}
	var ids []string
	for _, category := range content.Categories {
		for _, service := range category.Services {
			ids = append(ids, service.ID)
		}
	}
	return ids, nil
}
