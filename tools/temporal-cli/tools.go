//go:build tools

// Package temporalcli pins the Temporal CLI that Crossdock builds when it cannot download one.
package temporalcli

import _ "github.com/temporalio/cli/cmd/temporal"
