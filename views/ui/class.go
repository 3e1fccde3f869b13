package ui

// toned is the class of a component in a tone: "good", "warn", "bad", or "" for none.
func toned(component, tone string) string {
	switch tone {
	case "good", "warn", "bad":
		return component + " " + component + "--" + tone
	}
	return component
}

// trending is the class of a component with a trend: "up", "down", or "" and "flat" for none.
func trending(component, trend string) string {
	switch trend {
	case "up", "down":
		return component + " " + component + "--" + trend
	}
	return component
}
