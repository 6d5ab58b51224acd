// Package auth turns a token into a domain.Viewer. Tokens are signed by the
// hub's own key, kept in the data folder: whoever can read that folder can
// issue tokens, beside a running hub or without one.
package auth
