"""The training recipe's library; the commands are beside this folder."""
