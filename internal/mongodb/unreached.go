package mongodb

import (
	"errors"
	"net"

	"go.mongodb.org/mongo-driver/v2/x/mongo/driver"
	"go.mongodb.org/mongo-driver/v2/x/mongo/driver/topology"
)

// unreached tells the errors of a call that found no server, no connection in
// the pool, or nobody at the server's address.
func unreached(err error) bool {
	if _, none := errors.AsType[topology.ServerSelectionError](err); none {
		return true
	}
	if _, full := errors.AsType[topology.WaitQueueTimeoutError](err); full {
		return true
	}
	var cleared driver.RetryablePoolError // not an error by itself, so not for AsType
	if errors.As(err, &cleared) {
		return true
	}
	dial, ok := errors.AsType[*net.OpError](err)
	return ok && dial.Op == "dial"
}
