// Package mail words the letters that the hub writes to people, and has them
// sent. What becomes of each is the hub's to keep (hub/mail.go); the adapters
// that send are packages of their own, and Log shows in the log what would be.
package mail
