"""Feeds in, articles out: fetch, decode, parse, dates, normalize."""
