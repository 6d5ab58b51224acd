module github.com/palier-hub/palier

go 1.26
