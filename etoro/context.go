package etoro

import "context"

type (
	laneKey     struct{}
	observerKey struct{}
)

// Background marks calls made with ctx as background: they give way to others and
// may spend at most a third of the budget.
func Background(ctx context.Context) context.Context {
	return context.WithValue(ctx, laneKey{}, background)
}

func laneOf(ctx context.Context) lane {
	l, _ := ctx.Value(laneKey{}).(lane) // interactive is the zero lane
	return l
}

// WithObserver calls f after each HTTP attempt made under ctx, in order, once
// it is settled whether another one follows. Observers that ctx already has
// are called first. f must be safe for concurrent use when ctx is shared by
// concurrent calls, and must not block.
func WithObserver(ctx context.Context, f func(Attempt)) context.Context {
	if outer, ok := ctx.Value(observerKey{}).(func(Attempt)); ok {
		inner := f
		f = func(a Attempt) { outer(a); inner(a) }
	}
	return context.WithValue(ctx, observerKey{}, f)
}

func observe(ctx context.Context, a Attempt) {
	if f, ok := ctx.Value(observerKey{}).(func(Attempt)); ok {
		f(a)
	}
}
