package main

import (
	"math/rand/v2"
	"strings"
	"unicode/utf8"

	"instrumentdesk/internal/search"
)

// keystroke is what the box holds after one more key.
type keystroke struct {
	text string
	typo bool // something in it is misspelt
}

func (k keystroke) short() bool { return utf8.RuneCountInString(k.text) <= 2 }

// asked is what people type for the known instruments: by other names, in other
// orders, with the punctuation left out.
var asked = []string{
	"google", "facebook", "brkb", "brk-b", "brk b", "mcdonalds", "l'oreal", "nestle", "nestlé", "s&p 500", "sp500", "dax", "dow jones", "ftse", "wti", "ripple", "bitcoin", "ethereum",
	"coca cola", "cola coca", "jp morgan", "nasdaq 100", "eur/usd", "usd eur", "euro dollar", "crude oil", "at&t", "h&m", "apple nasdaq", "micro devices advanced", "flix", "zeneca", "now", "v", "t",
	"ishares msci", "msci world ishares", "vanguard all world", "bond 7-10", "gold mining", "technologies inc", "first bank", "motoren werke", "100000", "1005",
}

var misspelt = []string{
	"microsft", "mircosoft", "gogle", "facebok", "amazn", "teslla", "nvidea", "berkshir hathway", "bitcion", "etherium", "aple", "appel", "coca colla", "netflx", "vodafnoe", "mastrecard",
	"jp mrogan", "vangaurd", "isahres core", "proctor", "volkswagon", "addidas", "alibabba", "starbuks", "mcdonlads", "disnye", "pfzier", "zzqxv", "qwrtplk",
}

const (
	typedRows  = 150
	typedRunes = 20 // of a name: nobody types all
)

// keystrokes is every prefix of every query: those above, and the symbol, the name, the
// name with a slip and two words in the wrong order of rows of the catalogue, half of them among the popular.
// They come in a random order, the same in every run, so that a part of them is a fair sample.
func keystrokes(docs []search.Document) []keystroke {
	rng := rand.New(rand.NewPCG(3, 4))
	var keys []keystroke
	typeOut := func(text string, typo bool) {
		runes := []rune(text)
		for n := range min(len(runes), typedRunes) {
			keys = append(keys, keystroke{string(runes[:n+1]), typo && n > 2})
		}
	}
	for _, text := range asked {
		typeOut(text, false)
	}
	for _, text := range misspelt {
		typeOut(text, true)
	}
	for i := range typedRows {
		d := &docs[rng.IntN(len(docs))]
		if i%2 == 0 {
			d = &docs[rng.IntN(min(len(docs), popularRows))]
		}
		typeOut(strings.ToLower(d.Symbol), false)
		typeOut(strings.ToLower(d.Name), false)
		if i%3 == 0 {
			typeOut(slipped(rng, strings.ToLower(d.Name)), true)
		}
		if words := strings.Fields(strings.ToLower(d.Name)); len(words) > 1 && i%3 == 1 {
			typeOut(words[1]+" "+words[0], false)
		}
	}
	rng.Shuffle(len(keys), func(i, j int) { keys[i], keys[j] = keys[j], keys[i] })
	return keys
}

// slipped swaps, drops, doubles or replaces one of the letters from the second to the sixth.
func slipped(rng *rand.Rand, name string) string {
	r := []rune(name)
	if len(r) < 6 {
		return name + "x"
	}
	at := 1 + rng.IntN(4)
	switch rng.IntN(4) {
	case 0:
		r[at], r[at+1] = r[at+1], r[at]
	case 1:
		r = append(r[:at], r[at+1:]...)
	case 2:
		r = append(r[:at+1], r[at:]...)
	default:
		r[at] = 'a' + rng.Int32N(26)
	}
	return string(r)
}

// hostile is input that is not typed but sent.
func hostile(docs []search.Document) []string {
	rng := rand.New(rand.NewPCG(5, 6))
	texts := []string{
		strings.Repeat("a", 1<<16), strings.Repeat("a ", 1<<15), strings.Repeat("e i o u a ", 100), strings.Repeat("\xff\xfe", 1<<12), strings.Repeat("é", 1<<12), strings.Repeat("腾讯 ", 1000),
		strings.Repeat("inc corp etf ", 50), "inc corp group plc ltd etf ucits", "aaaa bbbb cccc dddd eeee ffff gggg hhhh iiii jjjj kkkk", strings.Repeat("&", 1<<16), "a b c d e f g h i j k l m n o p q r s t u v w x y z",
		"stocsk nasdqa technolgy", "ssss ssss ssss ssss ssss ssss", strings.Repeat("\x00", 4096), "ing", "ing ing ing", "inter", "interx", "acorx porta", "corx", "incx corx",
	}
	for range 200 {
		junk := make([]byte, rng.IntN(300))
		for i := range junk {
			junk[i] = byte(rng.Uint32())
		}
		letters := make([]byte, 4+rng.IntN(60))
		for i := range letters {
			letters[i] = "aeiorstnl "[rng.IntN(10)]
		}
		texts = append(texts, string(junk), string(letters), slipped(rng, docs[rng.IntN(len(docs))].Name)+" "+slipped(rng, docs[rng.IntN(len(docs))].Name))
	}
	return texts
}
