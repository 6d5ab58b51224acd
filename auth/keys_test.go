package auth_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/palier-hub/palier/auth"
)

func TestOpenKeepsItsKey(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "not", "there", "yet")
	first := open(t, dir)
	info, err := os.Stat(filepath.Join(dir, "signing.key"))
	if err != nil {
		t.Fatal(err)
	}
	if mode := info.Mode().Perm(); mode != 0o600 {
		t.Errorf("the key's mode is %04o, want 0600", mode)
	}
	if files, _ := os.ReadDir(dir); len(files) != 1 {
		t.Errorf("%d files in the data folder, want the key alone", len(files))
	}
	token := issue(t, first, staff)
	if _, err := open(t, dir).Verify(token, noon); err != nil {
		t.Errorf("a token of before the restart: %v", err)
	}
	if open(t, dir).SealingKey() != first.SealingKey() {
		t.Error("the sealing key changed with the restart")
	}
	if other := open(t, t.TempDir()); other.SealingKey() == first.SealingKey() {
		t.Error("two signing keys, one sealing key")
	}
}

func TestOpenAtOnceAgrees(t *testing.T) {
	dir := t.TempDir()
	const processes = 16
	sealing := make([][32]byte, processes)
	var wait sync.WaitGroup
	for i := range processes {
		wait.Go(func() {
			keys, err := auth.Open(dir)
			if err != nil {
				t.Error(err)
				return
			}
			sealing[i] = keys.SealingKey()
		})
	}
	wait.Wait()
	for i := range sealing {
		if sealing[i] != sealing[0] {
			t.Fatalf("process %d has another key than process 0", i)
		}
	}
}

func TestOpenRefusesADamagedKey(t *testing.T) {
	elliptic, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	der, err := x509.MarshalPKCS8PrivateKey(elliptic)
	if err != nil {
		t.Fatal(err)
	}
	whole := func() []byte {
		dir := t.TempDir()
		open(t, dir)
		text, err := os.ReadFile(filepath.Join(dir, "signing.key"))
		if err != nil {
			t.Fatal(err)
		}
		return text
	}()
	tests := map[string][]byte{
		"empty":             nil,
		"not PEM":           []byte("hello"),
		"cut short":         whole[:len(whole)-40],
		"not PKCS#8":        pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: []byte{1, 2, 3}}),
		"another kind":      pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der}),
		"another PEM block": pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}),
	}
	for name, text := range tests {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			path := filepath.Join(dir, "signing.key")
			if err := os.WriteFile(path, text, 0o600); err != nil {
				t.Fatal(err)
			}
			_, err := auth.Open(dir)
			if err == nil {
				t.Fatal("opened")
			}
			for _, want := range []string{path, "damaged", "restore it from a backup"} {
				if !strings.Contains(err.Error(), want) {
					t.Errorf("%q doesn't say %q", err, want)
				}
			}
			if after, _ := os.ReadFile(path); string(after) != string(text) {
				t.Error("the damaged key was replaced")
			}
		})
	}
}

func TestOpenRefusesAKeyThatEveryoneReads(t *testing.T) {
	dir := t.TempDir()
	open(t, dir)
	path := filepath.Join(dir, "signing.key")
	if err := os.Chmod(path, 0o644); err != nil {
		t.Fatal(err)
	}
	if _, err := auth.Open(dir); err == nil || !strings.Contains(err.Error(), "chmod 600") {
		t.Errorf("got %v, want the remedy", err)
	}
	// As an orchestrator mounts a secret for the group of its process.
	if err := os.Chmod(path, 0o440); err != nil {
		t.Fatal(err)
	}
	if _, err := auth.Open(dir); err != nil {
		t.Errorf("readable by its group: %v", err)
	}
}

func TestOpenSaysWhereItCannotWrite(t *testing.T) {
	file := filepath.Join(t.TempDir(), "a file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := auth.Open(file); err == nil || !strings.Contains(err.Error(), file) {
		t.Errorf("got %v, want an error that names %s", err, file)
	}
}

func TestKeysStayOutOfLogs(t *testing.T) {
	keys := open(t, t.TempDir())
	for _, format := range []string{"%v", "%+v", "%#v", "%s"} {
		if text := fmt.Sprintf(format, keys); text != "auth.Keys(hidden)" {
			t.Errorf("%s prints %q", format, text)
		}
	}
}
