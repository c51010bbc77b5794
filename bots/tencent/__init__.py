"""What WeChat and WeCom have in common: envelope, bodies, access token, API. Knows neither of them."""
