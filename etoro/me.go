package etoro

import (
	"context"
	"encoding/json"
	"errors"
)

// Me checks the keys: it tells whose they are and what they may do. Of the
// personal data in the answer nothing else is kept.
// It answers GET /me.
func (c *Client) Me(ctx context.Context) (Account, error) {
	var account Account
	err := c.fetch(ctx, call{
		op: "Me", path: "/me", cap: lookupCap, timeout: quick,
		decode: func(body []byte) (_ int, err error) {
			account, err = decodeMe(body)
			return 0, err
		},
	})
	if err != nil {
		return Account{}, err
	}
	return account, nil
}

func decodeMe(body []byte) (Account, error) {
	var w struct {
		Username text
		Scopes   []text
	}
	if err := json.Unmarshal(body, &w); err != nil {
		return Account{}, err
	}
	if w.Username == "" {
		return Account{}, errors.New("no username in it")
	}
	a := Account{Username: string(w.Username)}
	for _, s := range w.Scopes {
		a.Scopes = append(a.Scopes, string(s))
	}
	return a, nil
}
