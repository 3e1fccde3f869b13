package stream

import (
	"encoding/json"
	"strconv"

	"instrumentdesk/etoro"
)

// The operations that eToro knows.
const (
	opAuthenticate = "Authenticate"
	opSubscribe    = "Subscribe"
	opUnsubscribe  = "Unsubscribe"
)

const topicPrefix = "instrument:"

// request is a message of ours.
type request struct {
	ID        string `json:"id"`
	Operation string `json:"operation"`
	Data      any    `json:"data"`
}

// topicList asks for topics. Snapshot makes eToro send the whole state of each first.
type topicList struct {
	Topics   []string `json:"topics"`
	Snapshot bool     `json:"snapshot,omitempty"`
}

func loginFrame(apiKey, userKey etoro.Secret) func(id string) ([]byte, error) {
	return func(id string) ([]byte, error) {
		// Plain strings: a Secret would be written as [redacted].
		keys := map[string]string{"apiKey": string(apiKey), "userKey": string(userKey)}
		return json.Marshal(request{id, opAuthenticate, keys})
	}
}

func topicsFrame(id, op string, topics []*topic) ([]byte, error) {
	list := topicList{Topics: make([]string, len(topics)), Snapshot: op == opSubscribe}
	for i, t := range topics {
		list.Topics[i] = t.name()
	}
	return json.Marshal(request{id, op, list})
}

func (t *topic) name() string { return topicPrefix + strconv.Itoa(int(t.id)) }

// frameOverhead is more than a frame has beside its topics.
const frameOverhead = 200

// split cuts topics into frames of at most limit bytes each.
func split(topics []*topic, limit int) (frames [][]*topic) {
	from, size := 0, frameOverhead
	for i, t := range topics {
		more := len(t.name()) + len(`"",`)
		if size+more > limit && i > from {
			frames = append(frames, topics[from:i])
			from, size = i, frameOverhead
		}
		size += more
	}
	if from < len(topics) {
		frames = append(frames, topics[from:])
	}
	return frames
}

// refusesKeys reports whether a code says that these keys will never do.
// The codes TooManyRequests, UnhandledException and any that is not known may be
// gone the next time.
func refusesKeys(code string) bool {
	switch code {
	case "InvalidKey", "Unauthorized", "Forbidden", "ApiKeyRequired", "UserKeyRequired":
		return true
	}
	return false
}

// answerText is an error answer in words.
func answerText(code, message string) string {
	switch {
	case message == "" || message == code:
		return code
	case code == "":
		return message
	}
	return code + ": " + message
}
