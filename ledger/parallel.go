package ledger

import (
	"context"
	"iter"
	"runtime"
	"sync"
)

// source is a sequence that ends when its context does.
type source[T any] = func(context.Context) iter.Seq2[T, error]

// inOrder applies f on all cores to what in yields, and yields the results in
// in's order, up to the first error of either or of the context; what f answers
// beside its error is yielded with it. in runs in a goroutine of its own, with a context that ends when the consumer stops. When
// the sequence has ended, for whatever reason, so have all its goroutines.
func inOrder[A, B any](ctx context.Context, in source[A], f func(A) (B, error)) iter.Seq2[B, error] {
	return func(yield func(B, error) bool) {
		type result struct {
			value B
			err   error
		}
		type job struct {
			arg  A
			done chan<- result
		}
		workers := runtime.GOMAXPROCS(0)
		jobs := make(chan job)
		// What is under way waits here in order; twice the workers keeps them
		// busy while one slow item is at the front.
		order := make(chan chan result, 2*workers)

		var all sync.WaitGroup
		defer all.Wait()
		inner, stop := context.WithCancel(ctx)
		defer stop()

		all.Go(func() {
			defer close(order)
			defer close(jobs)
			for arg, err := range in(inner) {
				done := make(chan result, 1)
				select {
				case order <- done:
				case <-inner.Done():
					return
				}
				if err != nil {
					done <- result{err: err}
					return
				}
				select {
				case jobs <- job{arg, done}:
				case <-inner.Done():
					done <- result{err: inner.Err()}
					return
				}
			}
		})
		for range workers {
			all.Go(func() {
				for j := range jobs {
					value, err := f(j.arg)
					j.done <- result{value, err}
				}
			})
		}

		for done := range order {
			r := <-done
			if !yield(r.value, r.err) || r.err != nil {
				return
			}
		}
		if err := ctx.Err(); err != nil {
			var none B
			yield(none, err)
		}
	}
}
