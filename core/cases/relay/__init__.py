"""对话: a complainant and whoever handles their case talk through the service, each in their own chat."""
