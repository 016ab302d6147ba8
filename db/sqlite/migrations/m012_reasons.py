"""Why an article is relevant."""

# [[words, points], …]
STATEMENTS = ("ALTER TABLE tags ADD COLUMN reasons TEXT NOT NULL DEFAULT '[]'",)
