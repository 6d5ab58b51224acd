package auth

import (
	"crypto/ed25519"
	"crypto/hkdf"
	"crypto/rand"
	"crypto/sha256"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
)

// keyFile holds the signing key: an ed25519 key as PKCS#8 (RFC 5958) in PEM.
const keyFile = "signing.key"

// mostKeyBytes bounds what is read of a key file; a real one has some 120.
const mostKeyBytes = 4096

// Keys are the hub's signing key and what is derived from it. They are
// immutable and safe for concurrent use.
type Keys struct {
	private ed25519.PrivateKey
	public  ed25519.PublicKey
	sealing [32]byte
}

// Open reads the signing key of a data folder, creating folder and key when
// they are missing. Any number of processes may open the same folder at once:
// all get the same key. It takes no lock, so it works beside a running hub.
//
// A file that isn't a key, or that everyone on the machine may read, is an
// error that says what to do; it is never replaced, since every token and
// cursor depends on it.
func Open(dataDir string) (*Keys, error) {
	path := filepath.Join(dataDir, keyFile)
	private, err := read(path)
	if errors.Is(err, fs.ErrNotExist) {
		if err := create(dataDir, path); err != nil {
			return nil, fmt.Errorf("create the signing key %s: %w", path, err)
		}
		private, err = read(path)
	}
	if err != nil {
		return nil, err
	}
	return newKeys(private)
}

func newKeys(private ed25519.PrivateKey) (*Keys, error) {
	sealing, err := hkdf.Key(sha256.New, private.Seed(), nil, "palier: sealing of cursors, 1", 32)
	if err != nil {
		return nil, fmt.Errorf("derive the sealing key: %w", err)
	}
	return &Keys{
		private: private,
		public:  private.Public().(ed25519.PublicKey),
		sealing: [32]byte(sealing),
	}, nil
}

// SealingKey is the secret for authenticated encryption of cursors, derived
// from the signing key (HKDF, RFC 5869), so that replicas with the same key
// read each other's cursors.
func (k *Keys) SealingKey() [32]byte { return k.sealing }

// String keeps the key out of logs.
func (k *Keys) String() string { return "auth.Keys(hidden)" }

// GoString keeps the key out of logs.
func (k *Keys) GoString() string { return k.String() }

func read(path string) (ed25519.PrivateKey, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("read the signing key: %w", err)
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return nil, fmt.Errorf("read the signing key: %w", err)
	}
	// Group access stays allowed: orchestrators mount secrets that way.
	if runtime.GOOS != "windows" && info.Mode().Perm()&0o007 != 0 {
		return nil, fmt.Errorf("the signing key %s is open to everyone on this machine (mode %04o): run chmod 600 on it, and consider it known if others use the machine", path, info.Mode().Perm())
	}
	text, err := io.ReadAll(io.LimitReader(f, mostKeyBytes))
	if err != nil {
		return nil, fmt.Errorf("read the signing key: %w", err)
	}
	private, err := parse(text)
	if err != nil {
		return nil, fmt.Errorf("the signing key %s is damaged (%w): restore it from a backup; or remove it, and a new one is made, which ends every token and cursor issued so far", path, err)
	}
	return private, nil
}

func parse(text []byte) (ed25519.PrivateKey, error) {
	block, _ := pem.Decode(text)
	if block == nil || block.Type != "PRIVATE KEY" {
		return nil, errors.New("no PEM block PRIVATE KEY")
	}
	key, err := x509.ParsePKCS8PrivateKey(block.Bytes)
	if err != nil {
		return nil, errors.New("not in PKCS#8 form")
	}
	private, ok := key.(ed25519.PrivateKey)
	if !ok {
		return nil, fmt.Errorf("a key of type %T where ed25519 is due", key)
	}
	return private, nil
}

// create writes a new key beside its place and links it there: a link fails
// when another process was first, and nobody ever sees half a file.
func create(dir, path string) (err error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	_, private, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		return err
	}
	der, err := x509.MarshalPKCS8PrivateKey(private)
	if err != nil {
		return err
	}
	temporary, err := os.CreateTemp(dir, keyFile+".*") // mode 0600
	if err != nil {
		return err
	}
	defer os.Remove(temporary.Name())
	_, err = temporary.Write(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der}))
	if err == nil {
		err = temporary.Sync()
	}
	if err := errors.Join(err, temporary.Close()); err != nil {
		return err
	}
	if err := os.Link(temporary.Name(), path); err != nil && !errors.Is(err, fs.ErrExist) {
		return err
	}
	return syncFolder(dir)
}

// syncFolder makes the new name durable; Windows can't sync a folder.
func syncFolder(dir string) error {
	if runtime.GOOS == "windows" {
		return nil
	}
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}
