package main

import (
	"context"
	"fmt"
	"log/slog"
	"os"
	"time"

	"github.com/palier-hub/palier/auth"
	"github.com/palier-hub/palier/hub"
)

// admission says whose tokens are believed beside the hub's own.
type admission struct {
	Providers string `name:"identity-providers" env:"PALIER_IDENTITY_PROVIDERS" type:"path" placeholder:"FILE" help:"JSON file that says which OpenID Connect providers' tokens are believed, and how they are read. Without one only the hub's own tokens and keys are."`
}

// read reads the file; nothing without one.
func (a *admission) read() ([]auth.ProviderConfig, error) {
	if a.Providers == "" {
		return nil, nil
	}
	text, err := os.ReadFile(a.Providers)
	if err != nil {
		return nil, err
	}
	return auth.ReadProviders(text)
}

// door is where whoever asks is let in. It finds the providers' keys meanwhile.
func (a *admission) door(ctx context.Context, h *hub.Hub, keys *auth.Keys, now func() time.Time, logger *slog.Logger) (*auth.Door, error) {
	configs, err := a.read()
	if err != nil {
		return nil, fmt.Errorf("--identity-providers: %w", err)
	}
	providers := auth.NewProviders(configs, now)
	go func() {
		if err := providers.Warm(ctx); err != nil && ctx.Err() == nil {
			logger.Warn("identity providers can't be reached: their tokens are refused until they can", "error", err)
		}
	}()
	return &auth.Door{Keys: keys, Providers: providers, Register: h, Clock: now}, nil
}
