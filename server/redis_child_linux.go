package main

import "syscall"

// childAttributes puts Redis into a process group of its own, so that Ctrl-C
// at the terminal reaches only Sluis, which stops Redis last; and has the
// kernel stop Redis when Sluis dies without a chance to.
func childAttributes() *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGTERM}
}
