"""Audio in and out of live calls: taps (AudioSocket) and speaking channels (chan_websocket)."""
