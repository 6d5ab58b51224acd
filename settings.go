package main

import (
	"errors"
	"fmt"
	"net"
	"net/url"
	"os"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/alecthomas/kong"

	"github.com/palier-hub/palier/internal/mongodb"
	"github.com/palier-hub/palier/mail/smtpmail"
)

// unreadable are the values of flags and variables that aren't what they should
// be. They are told together with what else is wrong, not one at each try.
type unreadable []error

// collected has kong go on after a value that can't be read.
func (u *unreadable) collected() []kong.Option {
	return []kong.Option{
		kong.KindMapper(reflect.Int, reading(u, "a whole number", func(s string) (int64, error) { return strconv.ParseInt(s, 10, 0) }, reflect.Value.SetInt)),
		kong.KindMapper(reflect.Int64, reading(u, "a whole number", func(s string) (int64, error) { return strconv.ParseInt(s, 10, 64) }, reflect.Value.SetInt)),
		kong.KindMapper(reflect.Float64, reading(u, "a number", func(s string) (float64, error) { return strconv.ParseFloat(s, 64) }, reflect.Value.SetFloat)),
		kong.TypeMapper(reflect.TypeFor[time.Duration](), reading(u, "a duration such as 25s or 2m",
			func(s string) (int64, error) { d, err := time.ParseDuration(s); return int64(d), err }, reflect.Value.SetInt)),
	}
}

func reading[T any](u *unreadable, what string, parse func(string) (T, error), set func(reflect.Value, T)) kong.Mapper {
	return kong.MapperFunc(func(ctx *kong.DecodeContext, target reflect.Value) error {
		var text string
		if err := ctx.Scan.PopValueInto(what, &text); err != nil {
			return err
		}
		value, err := parse(text)
		if err != nil {
			*u = append(*u, fmt.Errorf("--%s %q isn't %s", ctx.Value.Name, text, what))
			return nil
		}
		set(target, value)
		return nil
	})
}

// check tells everything that is wrong with the settings of serve, at once.
func (c *serveCommand) check(environ []string) error {
	wrong := append(slices.Clip([]error(c.unread)), c.sharing.wrong()...)
	wrong = append(wrong, c.bounds.wrong()...)
	say := func(bad bool, format string, args ...any) {
		err := fmt.Errorf(format, args...)
		flag, _, _ := strings.Cut(err.Error(), " ")
		toldBefore := func(e error) bool { return strings.HasPrefix(e.Error(), flag+" ") }
		if bad && !slices.ContainsFunc(c.unread, toldBefore) { // what can't be read is nothing to judge
			wrong = append(wrong, err)
		}
	}
	_, port, err := net.SplitHostPort(c.Addr)
	say(err != nil || port == "", "--addr %q isn't an address to listen on: give one such as 127.0.0.1:8080, or :8080 for every network", c.Addr)
	say(c.Streams < 1, "--streams %d: at least one connection must be able to stay open", c.Streams)
	say(c.SocketOps < 1, "--socket-operations %d: a websocket must be able to run at least one", c.SocketOps)
	say(c.KeepAlive < time.Second || c.KeepAlive > time.Hour, "--keep-alive %s: give something between 1s and 1h", c.KeepAlive)
	say(c.Snapshots < 0, "--snapshot-every %d: give a number of commits, or 0 for no snapshots", c.Snapshots)
	say(c.Drain < 0 || c.Drain > 5*time.Minute, "--drain %s: give something between 0s and 5m", c.Drain)
	say(c.LogFormat != "text" && c.LogFormat != "json", "--log-format %q: give text or json", c.LogFormat)
	for _, o := range c.Origins {
		say(o != "*" && !isOrigin(o), "--origins %q isn't a site: give one such as https://www.example.org, without a path, or *", o)
	}
	if c.Centroids != "" {
		info, err := os.Stat(c.Centroids)
		say(err != nil || info.IsDir(), "--centroids %s isn't a file that can be read", c.Centroids)
	}
	_, err = c.admission.read()
	say(err != nil, "--identity-providers: %v", err)
	if c.Mongo != "" {
		if err := mongodb.Check(c.Mongo); err != nil {
			wrong = append(wrong, fmt.Errorf("--mongo: %w", err))
		}
	}
	say(c.SMTP != "" && c.MailFrom == "", `--smtp needs a sender: give --mail-from, such as "Palier <palier@example.org>"`)
	if c.SMTP != "" && c.MailFrom != "" {
		_, err := smtpmail.Open(smtpmail.Config{Server: c.SMTP, From: c.MailFrom})
		say(err != nil, "--smtp: %v", err)
	}
	say(c.PublicURL != "" && !isPage(strings.ReplaceAll(c.PublicURL, "{id}", "id")),
		"--public-url %q isn't the address of a page: give one such as https://portal.example.org/{id}", c.PublicURL)
	say(c.Traces != "" && !isPage(c.Traces), "--traces-url %q isn't the address of a collector: give one such as http://collector:4318/v1/traces", c.Traces)
	say(!(c.TraceRatio >= 0 && c.TraceRatio <= 1), "--trace-ratio %g: give something between 0 and 1", c.TraceRatio)
	say(c.DebugAddr != "" && !isLoopback(c.DebugAddr), "--debug-addr %q isn't a loopback address: profiles show what is in memory, give one such as 127.0.0.1:6060", c.DebugAddr)
	known := variables()
	for _, pair := range environ {
		name, _, _ := strings.Cut(pair, "=")
		say(strings.HasPrefix(name, "PALIER_") && !strings.HasPrefix(name, "PALIER_TEST_") && !known[name],
			"the environment variable %s isn't a setting: palier --help lists those there are", name)
	}
	return errors.Join(wrong...)
}

// variables are the environment variables that are settings.
func variables() map[string]bool {
	known := make(map[string]bool)
	for _, f := range settings() {
		for _, name := range f.Envs {
			known[name] = true
		}
	}
	return known
}

// settings are the flags that an environment variable can stand for, each once,
// in the order of the help.
func settings() (all []*kong.Flag) {
	parser, err := kong.New(&commandLine{}, kong.Name("palier"))
	if err != nil {
		panic(fmt.Sprint("a command line that isn't one: ", err))
	}
	seen := make(map[string]bool)
	for _, command := range parser.Model.Children {
		for _, f := range command.Flags {
			if len(f.Envs) > 0 && !seen[f.Envs[0]] {
				seen[f.Envs[0]] = true
				all = append(all, f)
			}
		}
	}
	return all
}

func isOrigin(s string) bool {
	u, err := url.Parse(s)
	return err == nil && (u.Scheme == "https" || u.Scheme == "http") && u.Host != "" && u.Path == "" && u.RawQuery == "" && u.User == nil && !strings.Contains(u.Host, "*")
}

func isPage(s string) bool {
	u, err := url.Parse(s)
	return err == nil && (u.Scheme == "https" || u.Scheme == "http") && u.Host != ""
}

func isLoopback(addr string) bool {
	host, _, err := net.SplitHostPort(addr)
	ip := net.ParseIP(host)
	return err == nil && (host == "localhost" || ip != nil && ip.IsLoopback())
}
