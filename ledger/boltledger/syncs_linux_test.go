package boltledger

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"syscall"
	"testing"
	"unsafe"
)

// Each acknowledgement comes after the commit's pages were written and synced,
// and then the header that leads to them was written and synced. This watches
// the system calls of a process that appends; the second half shows that it
// would see a missing sync.
func TestSyncsBeforeAcknowledgement(t *testing.T) {
	const acknowledgements = 25
	// Growing the file syncs once more, at first.
	sound := regexp.MustCompile(`^s?w+shs$`)
	for _, calls := range traceAppender(t, acknowledgements) {
		if !sound.MatchString(calls) {
			t.Errorf("before an acknowledgement: %q, want data, sync, header, sync (%s)", calls, sound)
		}
	}
	for _, calls := range traceAppender(t, acknowledgements, noSyncEnv+"=1") {
		if sound.MatchString(calls) {
			t.Errorf("without syncs: %q, so this test sees nothing", calls)
		}
	}
}

// traceAppender runs the appender and answers, for each acknowledgement, what
// it did to the ledger's file before: w for a page written, h for a header, s
// for a completed sync, in order.
func traceAppender(t *testing.T, acknowledgements int, env ...string) []string {
	t.Helper()
	folder := t.TempDir()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	null, err := os.OpenFile(os.DevNull, os.O_RDWR, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer null.Close()

	runtime.LockOSThread() // only the thread that starts it may trace it
	defer runtime.UnlockOSThread()
	p, err := os.StartProcess(self, append([]string{self}, appenderArgs...), &os.ProcAttr{
		Env:   append(appender(folder), env...),
		Files: []*os.File{null, null, os.Stderr},
		Sys:   &syscall.SysProcAttr{Ptrace: true, Setpgid: true},
	})
	if err != nil {
		t.Skipf("processes can't be traced here: %v", err)
	}
	var status syscall.WaitStatus
	defer func() {
		p.Kill()
		// Until all its threads are waited for, the process can't be.
		for err := error(nil); err == nil || err == syscall.EINTR; {
			_, err = syscall.Wait4(-p.Pid, &status, syscall.WALL, nil)
		}
		p.Release()
	}()
	if _, err := syscall.Wait4(p.Pid, &status, syscall.WALL, nil); err != nil || !status.Stopped() {
		t.Fatalf("the appender doesn't stop at its start: %v", err)
	}
	const exitKill = 0x100000 // PTRACE_O_EXITKILL
	if err := syscall.PtraceSetOptions(p.Pid, syscall.PTRACE_O_TRACESYSGOOD|syscall.PTRACE_O_TRACECLONE|exitKill); err != nil {
		t.Skipf("processes can't be traced here: %v", err)
	}

	path := filepath.Join(folder, FileName)
	isLedger := func(fd uint64) bool {
		to, err := os.Readlink(fmt.Sprintf("/proc/%d/fd/%d", p.Pid, fd))
		return err == nil && to == path
	}
	var calls []byte
	var before []string
	opened := false
	headers := uint64(2 * os.Getpagesize())
	under := map[int]syscallInfo{} // the call each thread is in
	seen := map[int]bool{p.Pid: true}
	for tid := p.Pid; len(before) < acknowledgements; {
		signal := 0
		switch stop := status.StopSignal(); {
		case stop == syscall.SIGTRAP|0x80:
			info, err := getSyscallInfo(tid)
			if err != nil {
				t.Skipf("this kernel doesn't tell system calls: %v", err)
			}
			if info.op == opEntry {
				under[tid] = info
				if info.nr == syscall.SYS_WRITE && info.args[0] == 1 {
					if opened { // the first line says only that it is open
						before = append(before, string(calls))
					}
					opened, calls = true, nil
				}
				break
			}
			call := under[tid]
			switch call.nr {
			case syscall.SYS_PWRITE64:
				if isLedger(call.args[0]) {
					if call.args[3] < headers {
						calls = append(calls, 'h')
					} else {
						calls = append(calls, 'w')
					}
				}
			case syscall.SYS_FSYNC, syscall.SYS_FDATASYNC:
				if info.nr == 0 && isLedger(call.args[0]) { // nr is the result here
					calls = append(calls, 's')
				}
			}
		case stop == syscall.SIGTRAP, stop == syscall.SIGSTOP && !seen[tid]:
			// A thread was made, or begins.
		default:
			signal = int(stop)
		}
		seen[tid] = true
		if err := syscall.PtraceSyscall(tid, signal); err != nil && err != syscall.ESRCH {
			t.Fatalf("going on: %v", err)
		}
		for { // the next thread that stops
			if tid, err = syscall.Wait4(-p.Pid, &status, syscall.WALL, nil); err != nil {
				t.Fatalf("waiting: %v", err)
			}
			if status.Stopped() {
				break
			}
			if tid == p.Pid {
				t.Fatalf("the appender ended: %v", status)
			}
		}
	}
	return before
}

// syscallInfo is the kernel's struct ptrace_syscall_info (ptrace(2)), the same
// on every processor. At the entry of a call nr is its number; at its exit, its
// result.
type syscallInfo struct {
	op   uint8
	_    [3]byte
	arch uint32
	ip   uint64
	sp   uint64
	nr   uint64
	args [6]uint64
}

const opEntry = 1

func getSyscallInfo(tid int) (info syscallInfo, err error) {
	const getInfo = 0x420e // PTRACE_GET_SYSCALL_INFO
	_, _, errno := syscall.Syscall6(syscall.SYS_PTRACE, getInfo, uintptr(tid), unsafe.Sizeof(info), uintptr(unsafe.Pointer(&info)), 0, 0)
	if errno != 0 {
		return info, errno
	}
	return info, nil
}
