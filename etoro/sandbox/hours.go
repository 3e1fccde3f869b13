package sandbox

import "time"

// hours is when a venue is open, in UTC. Daylight saving, holidays and lunch
// breaks are left out: the answer has to be plausible, not tradable.
type hours struct {
	first, last time.Weekday  // trading days; ignored by the two kinds below
	open, close time.Duration // since midnight
	kind        hoursKind
}

type hoursKind int

const (
	daily  hoursKind = iota // open to close on each trading day
	weekly                  // Sunday 22:00 to Friday 21:00 without a pause
	nonstop
)

var (
	always        = hours{kind: nonstop}
	aroundTheWeek = hours{kind: weekly}
	newYork       = weekdays(14, 30, 21, 0)
	europe        = weekdays(8, 0, 16, 30)
)

func weekdays(openHour, openMinute, closeHour, closeMinute int) hours {
	return hours{time.Monday, time.Friday, clock(openHour, openMinute), clock(closeHour, closeMinute), daily}
}

func sundayToThursday(openHour, openMinute, closeHour, closeMinute int) hours {
	return hours{time.Sunday, time.Thursday, clock(openHour, openMinute), clock(closeHour, closeMinute), daily}
}

func clock(hour, minute int) time.Duration {
	return time.Duration(hour)*time.Hour + time.Duration(minute)*time.Minute
}

// openAt reports whether the venue trades at t.
func (h hours) openAt(t time.Time) bool {
	t = t.UTC()
	day, since := t.Weekday(), t.Sub(t.Truncate(24*time.Hour))
	switch h.kind {
	case nonstop:
		return true
	case weekly:
		return day >= time.Monday && day <= time.Thursday ||
			day == time.Sunday && since >= clock(22, 0) || day == time.Friday && since < clock(21, 0)
	default:
		return day >= h.first && day <= h.last && since >= h.open && since < h.close
	}
}
