package sandbox

import (
	"math"
	"time"
)

// market makes prices up. A price is the reference price times e to the power of
// a sum of noises, one per octave of time from four seconds to two years, each as
// strong as the square root of its length: it looks like a random walk, stays
// near the reference, and is known for any instant without the instants before.
type market struct{ seed uint64 }

const (
	firstOctave = 2  // noise of 2^2 s
	lastOctave  = 26 // noise of 2^26 s, about two years

	firstVolumeOctave = 100 // keeps the noises of volume apart from those of price
)

// yearlyVolatility is the usual standard deviation of a year's returns by type.
var yearlyVolatility = map[int]float64{
	typeForex: 0.08, typeCommodity: 0.28, typeIndices: 0.18, typeStocks: 0.35, typeETF: 0.2, typeCrypto: 0.7,
}

// octaveStrength is the strength of the one-second octave at a volatility of 1.
// The factor was fitted: a walk of octaves has 1.7 times its square as variance per second.
var octaveStrength = 1 / math.Sqrt(1.7*365*24*3600)

// quote is what an instrument costs at an instant.
type quote struct {
	bid, ask float64
	at       time.Time // when the price was made, never after the instant asked for
	open     bool      // the venue trades
	tradable bool
}

// has reports whether there is a price at all.
func (q quote) has() bool { return q.bid > 0 }

// rateID numbers quotes upwards in time. It does not fit in 32 bits, like eToro's.
func (q quote) rateID() int64 { return q.at.UnixMilli() / 10 }

func (m market) quote(in *instrument, t time.Time) quote {
	if in.flags.noquote {
		return quote{}
	}
	open := !in.flags.closed && !in.flags.delisted && exchangeByID[in.exchangeID].hours.openAt(t)
	at := m.quotedAt(in, t)
	bid := m.price(in, t)
	pip := math.Pow10(-in.decimals())
	ask := round(bid+max(pip, bid*0.0004), in.decimals())
	return quote{bid: bid, ask: ask, at: at, open: open, tradable: open && !in.flags.internal}
}

// price is the bid of in at t, in its own precision and never below one pip.
func (m market) price(in *instrument, t time.Time) float64 {
	vol, ok := yearlyVolatility[in.typeID]
	if !ok {
		vol = yearlyVolatility[typeStocks]
	}
	seconds := float64(m.quotedAt(in, t).UnixMilli()) / 1000
	sum := 0.0
	for k := firstOctave; k <= lastOctave; k++ {
		length := float64(uint64(1) << k)
		sum += math.Sqrt(length) * m.noise(in.walk, k, seconds/length)
	}
	p := round(in.price*math.Exp(sum*vol*octaveStrength), in.decimals())
	return max(p, math.Pow10(-in.decimals()))
}

// quotedAt is when the price that holds at t was made: every instrument has a
// new one each second, at its own moment of it. A delisted one has its last.
func (m market) quotedAt(in *instrument, t time.Time) time.Time {
	if in.flags.delisted {
		if last := m.delistedAt(in); last.Before(t) {
			t = last
		}
	}
	phase := time.Duration(mix(m.seed+uint64(in.id))%1000) * time.Millisecond
	return t.Add(-phase).Truncate(time.Second).Add(phase).UTC()
}

// delistedAt is some day of the two years from January 2023.
func (m market) delistedAt(in *instrument) time.Time {
	days := mix(m.seed^uint64(in.id)) % 730
	return time.Date(2023, 1, 1, 21, 0, 0, 0, time.UTC).AddDate(0, 0, int(days))
}

// noise is between -1 and 1, random at whole x and straight in between.
func (m market) noise(id, octave int, x float64) float64 {
	whole := math.Floor(x)
	base := m.seed ^ mix(uint64(id)<<8|uint64(octave))
	a := unit(mix(base + uint64(int64(whole))))
	b := unit(mix(base + uint64(int64(whole)+1)))
	return 2*(a+(x-whole)*(b-a)) - 1
}

// volume is how much of in was traded up to t since 1970. Differences of it are
// the volumes of bars, so the bars of an hour add up to the hour's. Its noises
// are weak enough for it never to fall.
func (m market) volume(in *instrument, t time.Time) float64 {
	seconds := float64(m.quotedAt(in, t).UnixMilli()) / 1000
	sum := seconds
	for i, length := range []float64{60, 480, 3600, 28800, 86400 * 3, 86400 * 30} {
		sum += 0.08 * length * m.noise(in.id, firstVolumeOctave+i, seconds/length)
	}
	return sum * 900 / float64(10+in.rank)
}

// decimals is the precision of in's prices, from the size of its reference.
func (in *instrument) decimals() int {
	switch {
	case in.typeID == typeForex && in.price >= 20:
		return 3
	case in.typeID == typeForex:
		return 5
	case in.price >= 5:
		return 2
	case in.price >= 0.05:
		return 4
	case in.price >= 0.0005:
		return 6
	default:
		return 10
	}
}

func round(x float64, decimals int) float64 {
	pow := math.Pow10(decimals)
	return math.Round(x*pow) / pow
}

// mix spreads the bits of x (the finisher of splitmix64).
func mix(x uint64) uint64 {
	x += 0x9e3779b97f4a7c15
	x = (x ^ x>>30) * 0xbf58476d1ce4e5b9
	x = (x ^ x>>27) * 0x94d049bb133111eb
	return x ^ x>>31
}

// unit makes a number from 0 to below 1 of random bits.
func unit(x uint64) float64 { return float64(x>>11) / (1 << 53) }
