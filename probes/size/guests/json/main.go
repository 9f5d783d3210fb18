// A program as one is likely to be written: fmt, strings, sort, encoding/json, time.
package main

import (
	"encoding/json"
	"fmt"
	"sort"
	"strings"
	"time"
)

type order struct {
	Name  string    `json:"name"`
	Price float64   `json:"price"`
	Tags  []string  `json:"tags"`
	Made  time.Time `json:"made"`
}

func main() {
	var orders []order
	text := `[{"name":"b","price":2.5,"tags":["x"]},{"name":"a","price":1}]`
	if err := json.Unmarshal([]byte(text), &orders); err != nil {
		fmt.Println("cannot read:", err)
		return
	}
	sort.Slice(orders, func(i, j int) bool { return orders[i].Name < orders[j].Name })
	for _, o := range orders {
		out, err := json.Marshal(o)
		fmt.Println(strings.ToUpper(o.Name), time.Since(o.Made) > 0, string(out), err)
	}
}
