// Command palier is the GraphQL hub of the French social-housing network: see
// README.md. This file is the only place where all the parts meet.
package main

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"os/signal"
	"runtime/debug"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"time"

	"github.com/alecthomas/kong"
	"github.com/vektah/gqlparser/v2/formatter"

	"github.com/palier-hub/palier/auth"
	"github.com/palier-hub/palier/domain"
	"github.com/palier-hub/palier/geo"
	"github.com/palier-hub/palier/graph"
	"github.com/palier-hub/palier/httpapi"
	"github.com/palier-hub/palier/hub"
	"github.com/palier-hub/palier/ledger"
	"github.com/palier-hub/palier/loaders"
	"github.com/palier-hub/palier/mail"
	"github.com/palier-hub/palier/mail/smtpmail"
	"github.com/palier-hub/palier/match"
	"github.com/palier-hub/palier/peers/redispeers"
	"github.com/palier-hub/palier/resolvers"
	"github.com/palier-hub/palier/sample"
	contract "github.com/palier-hub/palier/schema"
	"github.com/palier-hub/palier/telemetry"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := run(ctx, os.Args[1:], os.Stdout, os.Stderr)
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "palier:", err)
		os.Exit(1)
	}
}

// commandLine is what can be said on the command line; every flag of serve can
// be said by its environment variable too.
type commandLine struct {
	Serve    serveCommand    `cmd:"" default:"withargs" help:"Serve the hub (the default command)."`
	Token    tokenCommand    `cmd:"" help:"Print a token. Reads the signing key only, so it works beside a running hub."`
	Generate generateCommand `cmd:"" help:"Fill an empty ledger with an invented national data set of any size, from a seed."`
	Copy     copyCommand     `cmd:"" help:"Copy a ledger and its personal store from a data folder to MongoDB, or back."`
	Verify   verifyCommand   `cmd:"" help:"Check a ledger: density, chain of hashes, contents, and its personal store."`
	Backup   backupCommand   `cmd:"" help:"Make one file of a ledger and its personal store."`
	Restore  restoreCommand  `cmd:"" help:"Fill an empty folder or database from such a file."`
	Mirror   mirrorCommand   `cmd:"" help:"Keep ordinary MongoDB collections of what may be seen, for analysts."`
	Raise    raiseCommand    `cmd:"" name:"raise-format" help:"Let hubs write what the newer release brings, once no hub of the older one is left."`
	Health   healthCommand   `cmd:"" name:"healthcheck" help:"Ask the hub on this machine whether it is alive: for containers."`
	Version  versionCommand  `cmd:"" help:"Print the version."`
}

const about = `Palier, the GraphQL hub of the French social-housing network: innovation
projects, landlords' vacant spaces, and explained matches between them.

First steps:  palier --demo   and open http://127.0.0.1:8080`

// streams are where a command writes.
type streams struct{ out, log io.Writer }

// run is the whole program, for main and for tests. It returns when the context
// ends and what was under way is finished.
func run(ctx context.Context, args []string, out, log io.Writer) error {
	var line commandLine
	exited := false
	var unread unreadable
	parser, err := kong.New(&line, append(unread.collected(), kong.Name("palier"), kong.Description(about),
		kong.UsageOnError(), kong.Writers(out, log), kong.Exit(func(int) { exited = true }))...)
	if err != nil {
		return fmt.Errorf("preparing the command line: %w", err)
	}
	parsed, err := parser.Parse(args)
	if exited {
		return nil // help was asked for
	}
	if err != nil {
		return fmt.Errorf("%w; palier --help explains", err)
	}
	if len(unread) > 0 && parsed.Command() != "serve" {
		return errors.Join(unread...)
	}
	line.Serve.unread = unread
	parsed.BindTo(ctx, (*context.Context)(nil))
	return parsed.Run(streams{out, log})
}

type serveCommand struct {
	Addr string `env:"PALIER_ADDR" default:"127.0.0.1:8080" help:"Address to listen on."`
	storage
	sharing
	admission
	bounds
	Demo        bool          `env:"PALIER_DEMO" help:"Load the sample data when the ledger is empty, and print a token per role. Refused on any other ledger."`
	Origins     []string      `env:"PALIER_ORIGINS" placeholder:"ORIGIN,…" help:"Sites whose scripts may read answers, such as https://www.example.org; * for any."`
	Centroids   string        `env:"PALIER_CENTROIDS" type:"path" help:"CSV file of official centroids (insee, lon, lat) to use for communes."`
	Streams     int           `env:"PALIER_STREAMS" default:"6000" help:"Websockets and event streams that may be open at once."`
	SocketOps   int           `name:"socket-operations" env:"PALIER_SOCKET_OPERATIONS" default:"25" help:"Operations that may run at once on one websocket."`
	KeepAlive   time.Duration `env:"PALIER_KEEP_ALIVE" default:"25s" help:"Time between two signs of life on what stays open: less than the proxies in between wait."`
	SMTP        string        `name:"smtp" env:"PALIER_SMTP_URL" placeholder:"URL" help:"Mail server: smtp://user:password@host:587 (STARTTLS) or smtps://user:password@host:465. Without one no mail is sent, nobody is reminded and no hosting request expires."`
	MailFrom    string        `env:"PALIER_MAIL_FROM" placeholder:"ADDRESS" help:"Sender of the mails, such as \"Palier <palier@example.org>\"; goes with --smtp."`
	MailLog     bool          `env:"PALIER_MAIL_LOG" help:"Without --smtp: show in the log the mails that would be sent, with their addresses, and count them as sent. On with --demo."`
	Snapshots   int           `name:"snapshot-every" env:"PALIER_SNAPSHOT_EVERY" default:"5000" placeholder:"COMMITS" help:"Commits after which what the ledger has come to is written down, so that a start needn't replay it all; 0 for never, and to start without."`
	PublicURL   string        `name:"public-url" env:"PALIER_PUBLIC_URL" placeholder:"URL" help:"Page of the portal that mails lead to; {id} in it stands for the object's id."`
	Development bool          `env:"PALIER_DEVELOPMENT" help:"Allow introspection and spelling suggestions."`
	LogFormat   string        `env:"PALIER_LOG_FORMAT" default:"text" help:"Log format: text or json."`
	Drain       time.Duration `env:"PALIER_DRAIN" default:"0s" help:"How long /readyz says no before a stop, so that the proxies in front send no more."`
	observed

	unread unreadable
}

// stopping bounds how long requests under way may take to finish.
const stopping = 10 * time.Second

func (c *serveCommand) Run(ctx context.Context, s streams) (err error) {
	if err := c.check(os.Environ()); err != nil {
		return err
	}
	logger := c.logger(s.log)
	post, err := c.post(logger)
	if err != nil {
		return err
	}
	atlas, err := c.atlas()
	if err != nil {
		return err
	}
	kept, err := c.open(ctx, logger)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, kept.close()) }()
	if c.Snapshots == 0 {
		kept.snapshots = nil
	}
	keys, err := auth.Open(c.Data)
	if err != nil {
		return err
	}
	watched, err := c.observe(ctx, logger)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, watched.close()) }()
	redis, err := c.connect(kept.ledger.ID(), time.Now, logger, watched.Recorder)
	if err != nil {
		return err
	}
	var tell func(commit uint64)
	if redis != nil {
		defer func() { err = errors.Join(err, redis.Close()) }()
		tell = redis.Tell
	}
	rules := match.Rulesets()
	booted := fewerCollections()
	h, err := hub.Open(ctx, hub.Config{
		Ledger: kept.ledger, Shared: kept.shared, Snapshots: kept.snapshots, Texts: kept.texts, Atlas: atlas, Ruleset: rules[len(rules)-1].Version,
		Quotas: c.quotas(), Appended: tell, Clock: time.Now, Entropy: rand.Reader, Logger: logger, Recorder: watched.Recorder,
	})
	booted()
	if err != nil {
		return err
	}
	defer func() {
		h.Close()
		// Hubs that stop at the same commit must say the same digest.
		logger.Info("stopped", "commit", h.World().Commit(), "digest", fmt.Sprintf("%x", h.World().Digest()))
	}()
	if redis != nil {
		wake(redis, h, kept.ledger)
	}
	if c.Demo {
		if err := c.loadSample(ctx, h, kept.ledger, logger); err != nil {
			return err
		}
	}
	var leaving atomic.Bool
	door, err := c.door(ctx, h, keys, time.Now, logger)
	if err != nil {
		return err
	}
	surface, err := c.handler(h, redis, atlas, door, logger, watched, &leaving)
	if err != nil {
		return err
	}
	if err := watched.watch(h, surface, redis, time.Now); err != nil {
		return err
	}
	listener, err := net.Listen("tcp", c.Addr)
	if err != nil {
		return fmt.Errorf("listening on %s: %w (another program may hold the address: choose one with --addr)", c.Addr, err)
	}
	go handOver(ctx, h, surface)
	c.greet(s.out, h, keys, listener.Addr())
	go h.KeepCalendar(ctx)
	go h.FollowAccess(ctx, surface.AccessChanged)
	if c.Snapshots > 0 {
		keeping, stop := context.WithCancel(ctx)
		var kept sync.WaitGroup
		kept.Go(func() { h.KeepSnapshots(keeping, c.Snapshots) })
		defer kept.Wait() // before the ledger closes: what is under way is left
		defer stop()
	}
	if post != nil {
		mailing, stop := context.WithCancel(ctx)
		var kept sync.WaitGroup
		kept.Go(func() { h.KeepMail(mailing, post) })
		defer kept.Wait() // before the hub closes: the mail under way is settled
		defer stop()
	}
	server := httpapi.Server(c.Addr, watched.HTTP(surface))
	server.ErrorLog = slog.NewLogLogger(logger.Handler(), slog.LevelWarn)
	return serve(ctx, server, surface, listener, logger, func() {
		leaving.Store(true)
		if c.Drain > 0 {
			logger.Info("stopping: telling the proxies first", "for", c.Drain)
			time.Sleep(c.Drain)
		}
	})
}

// handOver ends what is subscribed to a hub that can't follow its ledger any more:
// nothing would be told, and another hub can.
func handOver(ctx context.Context, h *hub.Hub, surface *httpapi.Surface) {
	select {
	case <-h.Halted():
		_ = surface.Shutdown(ctx) // the stop that follows says who stayed
	case <-ctx.Done():
	}
}

// serve serves until the context ends, then drains, and finishes what is under
// way.
func serve(ctx context.Context, server *http.Server, surface *httpapi.Surface, listener net.Listener, logger *slog.Logger, drain func()) error {
	failed := make(chan error, 1)
	go func() { failed <- server.Serve(listener) }()
	select {
	case err := <-failed:
		return fmt.Errorf("serving: %w", err)
	case <-ctx.Done():
	}
	drain()
	logger.Info("stopping: finishing what is under way")
	finishing, cancel := context.WithTimeout(context.WithoutCancel(ctx), stopping)
	defer cancel()
	var open sync.WaitGroup
	open.Go(func() {
		if err := surface.Shutdown(finishing); err != nil {
			logger.Warn("stopping: some clients didn't let go of their websockets", "error", err)
		}
	})
	err := server.Shutdown(finishing)
	open.Wait()
	if err != nil {
		return fmt.Errorf("stopping: %w", err)
	}
	return nil
}

func (c *serveCommand) logger(w io.Writer) *slog.Logger {
	if c.LogFormat == "json" {
		return slog.New(telemetry.Logs(slog.NewJSONHandler(w, nil)))
	}
	return slog.New(telemetry.Logs(slog.NewTextHandler(w, nil)))
}

func (c *serveCommand) atlas() (*geo.Atlas, error) {
	atlas, err := geo.Load()
	if err != nil || c.Centroids == "" {
		return atlas, err
	}
	f, err := os.Open(c.Centroids)
	if err != nil {
		return nil, fmt.Errorf("reading centroids: %w", err)
	}
	defer f.Close()
	atlas, err = atlas.WithCentroids(f)
	if err != nil {
		return nil, fmt.Errorf("reading centroids from %s: %w", c.Centroids, err)
	}
	return atlas, nil
}

// post is what sends mail; nil when none is to be sent.
func (c *serveCommand) post(logger *slog.Logger) (hub.Post, error) {
	switch {
	case c.SMTP != "":
		sender, err := smtpmail.Open(smtpmail.Config{Server: c.SMTP, From: c.MailFrom, Clock: time.Now})
		if err != nil {
			return nil, fmt.Errorf("mail can't be sent: %w", err)
		}
		return mail.Office{Sender: sender, Portal: c.PublicURL}, nil
	case c.MailLog || c.Demo:
		return mail.Office{Sender: mail.Log{Logger: logger}, Portal: c.PublicURL}, nil
	}
	logger.Info("mail is off: nobody is reminded, and no hosting request expires (--smtp turns it on)")
	return nil, nil
}

// loadSample loads it into an empty ledger. One that holds something else is refused:
// whoever reads the log would be staff of it, by the tokens that are printed.
func (c *serveCommand) loadSample(ctx context.Context, h *hub.Hub, l ledger.Ledger, logger *slog.Logger) error {
	if !sample.Pending(h.World()) {
		its, err := sample.Began(ctx, l)
		if err == nil && !its {
			err = errors.New("--demo: this ledger doesn't hold the sample data, and tokens for it aren't printed: leave --demo (PALIER_DEMO) out, or choose another folder with --data")
		}
		return err
	}
	data, err := sample.Read()
	if err != nil {
		return err
	}
	begun := time.Now()
	if err := data.Load(ctx, h); err != nil {
		return err
	}
	counts := h.World().Counts()
	logger.Info("sample data loaded", "landlords", counts.Landlords, "sites", counts.Sites, "spaces", counts.Spaces,
		"landlordNeeds", counts.LandlordNeeds, "projects", counts.Projects, "needs", counts.Needs, "took", time.Since(begun).Round(time.Millisecond))
	return nil
}

// handler wires the HTTP surface to the hub.
func (c *serveCommand) handler(h *hub.Hub, redis *redispeers.Peers, atlas *geo.Atlas, door *auth.Door, logger *slog.Logger, watched *watched, leaving *atomic.Bool) (*httpapi.Surface, error) {
	sessions, err := loaders.NewOpener(h, atlas, door.Keys.SealingKey())
	if err != nil {
		return nil, err
	}
	schema := graph.NewExecutableSchema(graph.Config{Resolvers: &resolvers.Resolver{Sessions: sessions}})
	var sdl strings.Builder
	formatter.NewFormatter(&sdl).FormatSchema(schema.Schema())
	trusted, err := c.manifests()
	if err != nil {
		return nil, err
	}
	limits := httpapi.Limits{Streams: c.Streams, SocketOperations: c.SocketOps, KeepAlive: c.KeepAlive}
	c.limit(&limits)
	config := httpapi.Config{
		Schema:    schema,
		PublicSDL: sdl.String(), SubgraphSDL: contract.Published,
		Verify: door.Verify, AccessChanged: h.AccessChanged, OpensFrom: h.OpensFrom,
		ActFor: func(ctx context.Context, v domain.Viewer, person string) (domain.Viewer, error) {
			return h.OnBehalfOf(ctx, v, domain.PersonID(person))
		},
		Begin: func(ctx context.Context, v domain.Viewer, l domain.Locale) context.Context {
			if publicOnly(h.Standing(), time.Now()) {
				v = domain.Anonymous
			}
			return loaders.Put(ctx, sessions.Open(v, l).For(httpapi.Client(ctx)))
		},
		Ended: func(ctx context.Context) error {
			if s, ok := loaders.Get(ctx); ok {
				return s.Ended()
			}
			return nil
		},
		Extensions: func(ctx context.Context) map[string]any {
			s, ok := loaders.Get(ctx)
			if !ok {
				return nil
			}
			w := s.World()
			facts := map[string]any{"commit": w.Commit(), "ledger": w.LedgerID()}
			if now := h.Standing(); !now.Away.IsZero() {
				facts["staleSince"] = now.Away.UTC().Format(time.RFC3339)
				facts["publicOnly"] = publicOnly(now, time.Now())
			}
			return facts
		},
		Present: func() uint64 { return h.World().Commit() },
		Reach:   h.Reach,
		Health: func() httpapi.Status {
			if leaving.Load() {
				return httpapi.Status{Message: "stopping", Commit: h.World().Commit(), Ledger: h.World().LedgerID()}
			}
			return health(h.Standing(), h.World().LedgerID(), time.Now())
		},
		Recorder: watched.Recorder, Metrics: watched.Metrics, MetricsToken: c.MetricsToken,
		Logger: logger, Now: time.Now,
		AllowedOrigins: c.Origins,
		Limits:         limits,
		Trusted:        trusted,
		TrustedOnly:    [...]bool{httpapi.ClassPublic: c.TrustedOnly, httpapi.ClassStaff: false},
		Introspection:  c.Introspection,
		Development:    c.Development,
		Attributions:   []string{geo.AttributionDecoupage, geo.AttributionPositions},
	}
	if err := c.share(&config, redis); err != nil {
		return nil, err
	}
	return httpapi.New(config), nil
}

const (
	// mostBehind is how long commits that are known to be in the ledger may stay
	// unapplied before a hub says that it shouldn't get traffic.
	mostBehind = 2 * time.Second
	// trusted is how long rights are believed without knowing the ledger's head:
	// a revocation may have been missed.
	trusted = 5 * time.Minute
)

// publicOnly tells that the hub has been away from its ledger for so long that
// it serves public data only.
func publicOnly(s hub.Standing, now time.Time) bool {
	return !s.Away.IsZero() && now.Sub(s.Away) > trusted
}

// health tells how a hub is. One that doesn't know the head of its ledger is
// degraded and ready; one that lags behind a known head isn't ready.
func health(s hub.Standing, ledgerID string, now time.Time) httpapi.Status {
	status := httpapi.Status{Ready: true, Commit: s.Commit, Head: s.Head, Ledger: ledgerID}
	newer, outgrown := errors.AsType[*ledger.FormatError](s.Err)
	switch {
	case outgrown:
		status.Ready, status.Message = false, newer.Error()+" in place of this one; starting this one again doesn't help"
	case s.Err != nil:
		// What went wrong is in the log; a restart replays the ledger.
		status.Ready, status.Message = false, "writes have stopped: see the log, then restart"
	case !s.Away.IsZero():
		status.Degraded = true
		status.Message = "the ledger is away since " + s.Away.UTC().Format(time.RFC3339) + ": reads go on, writes are refused"
	case !s.Behind.IsZero() && now.Sub(s.Behind) > mostBehind:
		status.Ready, status.Message = false, fmt.Sprintf("behind the ledger: %d commits aren't applied yet", s.Head-s.Commit)
	}
	return status
}

// demoTTL is how long the tokens that --demo prints live.
const demoTTL = 30 * 24 * time.Hour

// greet says where to go, and with --demo as whom.
func (c *serveCommand) greet(w io.Writer, h *hub.Hub, keys *auth.Keys, addr net.Addr) {
	out := new(strings.Builder)
	defer func() { io.WriteString(w, out.String()) }() // at once: whoever reads it has all of it
	base := "http://" + addr.String()
	fmt.Fprintf(out, "Palier is ready.\n\n  %-12s%s\n  %-12s%s/explorer\n  %-12s%s/graphql\n", "For people", base, "Explorer", base, "GraphQL", base)
	if !c.Demo {
		return
	}
	viewers := []domain.Viewer{{Role: domain.RoleStaff, Actor: "demo-staff"}, {Role: domain.RoleObserver, Actor: "demo-observer"}}
	if l, ok := demoLandlord(h); ok {
		viewers = append(viewers, domain.Viewer{Role: domain.RoleLandlord, Landlord: l, Actor: "demo-landlord"})
	}
	if row, ok := h.World().ProjectBySlug("caracol"); ok {
		viewers = append(viewers, domain.Viewer{Role: domain.RoleProject, Project: row.Doc.ID, Actor: "demo-project"})
	}
	fmt.Fprintf(out, "\nTokens, valid for %d days (header Authorization: Bearer …):\n", demoTTL/(24*time.Hour))
	for _, v := range viewers {
		token, err := keys.Issue(v, time.Now(), demoTTL)
		if err != nil {
			token = err.Error()
		}
		fmt.Fprintf(out, "\n  %s\n  %s\n", v.Role, token)
	}
	fmt.Fprintf(out, "\nTwo queries to paste into the explorer:\n%s", demoQueries)
}

// demoLandlord is the landlord whose token --demo prints: Logirep, which has a
// group.
func demoLandlord(h *hub.Hub) (domain.LandlordID, bool) {
	for row := range h.World().Landlords() {
		if row.Doc.Name == "Logirep" {
			return row.Doc.ID, true
		}
	}
	return "", false
}

const demoQueries = `
  {
    innovationProjectBySlug(slug: "caracol") {
      name
      matches(first: 3) {
        eligibleCount uncertainCount
        nodes {
          score reliability eligibility
          space { label kindLabel site { name commune { name } landlord { name } } }
          criteria { codeLabel statusLabel message question }
        }
      }
    }
  }

  {
    vacantSpaces(first: 5, orderBy: DISTANCE,
                 filter: { near: { latitude: 45.76, longitude: 4.84, radiusKm: 20 }, kinds: [COLLECTIVE_ROOM] }) {
      totalCount
      edges {
        distanceKm
        node { label site { name commune { name } } matches(first: 2) { nodes { score need { label project { name } } } } }
      }
    }
  }
`

type tokenCommand struct {
	Role    domain.Role `enum:"STAFF,LANDLORD,PROJECT,OBSERVER" required:"" help:"STAFF, LANDLORD, PROJECT or OBSERVER."`
	Org     string      `placeholder:"ID" help:"The landlord's or project's id, for those roles."`
	Account string      `aliases:"actor" help:"Pseudonym of who signs in, as the ledger records it: one for each person or server, since a person's data is found, and erased, by their account. The role in lower case by default, with the code of the organisation."`
	Data    string      `env:"PALIER_DATA" default:"palier-data" type:"path" help:"Folder of the signing key."`
	Hours   int         `default:"720" help:"How many hours the token is valid."`
}

func (c *tokenCommand) Run(s streams) error {
	keys, err := auth.Open(c.Data)
	if err != nil {
		return err
	}
	v := domain.Viewer{Role: c.Role, Actor: c.Account}
	if v.Actor == "" {
		v.Actor = strings.ToLower(string(c.Role))
		if code := domain.ID(c.Org).Code(); code != "" {
			v.Actor += "-" + code
		}
	}
	switch c.Role {
	case domain.RoleLandlord:
		v.Landlord = domain.LandlordID(c.Org)
	case domain.RoleProject:
		v.Project = domain.ProjectID(c.Org)
	default:
		if c.Org != "" {
			return fmt.Errorf("--org goes with the roles LANDLORD and PROJECT only")
		}
	}
	token, err := keys.Issue(v, time.Now(), time.Duration(c.Hours)*time.Hour)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintln(s.out, token)
	return err
}

func (c *generateCommand) Run(ctx context.Context, s streams) error {
	return c.generate(ctx, s, time.Now)
}

func (c *copyCommand) Run(ctx context.Context, s streams) error { return c.copy(ctx, s, time.Now) }

func (c *verifyCommand) Run(ctx context.Context, s streams) error { return c.verify(ctx, s, time.Now) }

func (c *backupCommand) Run(ctx context.Context, s streams) error { return c.backup(ctx, s, time.Now) }

func (c *restoreCommand) Run(ctx context.Context, s streams) error {
	return c.restore(ctx, s, time.Now)
}

func (c *mirrorCommand) Run(ctx context.Context, s streams) error { return c.mirror(ctx, s, time.Now) }

func (c *raiseCommand) Run(ctx context.Context, s streams) error {
	return c.raise(ctx, s, time.Now)
}

type versionCommand struct{}

func (versionCommand) Run(s streams) error {
	_, err := fmt.Fprintln(s.out, "palier", version())
	return err
}

// release is said by whoever builds one: -ldflags "-X main.release=1.2.3".
var release string

func version() string {
	if release != "" {
		return release
	}
	if info, ok := debug.ReadBuildInfo(); ok {
		return info.Main.Version
	}
	return "unknown"
}
