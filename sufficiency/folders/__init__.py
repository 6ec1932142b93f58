"""What each verb leaves behind: its folder of tables, charts and words, whole or not at all."""
