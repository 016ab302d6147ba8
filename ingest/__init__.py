"""From bytes to articles to tags. Never imported by the dashboard."""
