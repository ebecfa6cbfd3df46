"""One module a change of the tables. What has been released is never changed, only followed by another."""
