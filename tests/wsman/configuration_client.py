"""How a client changes winrm/config."""

CONFIG = "http://schemas.microsoft.com/wbem/wsman/1/config"
TRANSFER = "http://schemas.xmlsoap.org/ws/2004/09/transfer/"


def put(client, uri, inner, name, **keywords):
    body = f'<p1:{name} xmlns:p1="{uri}">{inner}</p1:{name}>'
    return client.send(TRANSFER + "Put", uri, body, **keywords)


def create(client, uri, inner, name, selectors):
    body = f'<p1:{name} xmlns:p1="{uri}">{inner}</p1:{name}>'
    return client.send(TRANSFER + "Create", uri, body, selectors=selectors)


def delete(client, uri, selectors):
    return client.send(TRANSFER + "Delete", uri, selectors=selectors)


def texts(reply, path, uri):
    return [each.text or "" for each in reply.all(path, p1=uri)]
