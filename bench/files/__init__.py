"""Files: how fast they go up and down beside nginx, and what that does to the chats beside it."""
