using System.Text;

namespace Diffah.Fuzz.Building;

/// <summary>An answer, before it is bytes.</summary>
internal sealed record RawAnswer(int Status, byte[] Body, params (string Name, string Value)[] Headers)
{
    /// <summary>The answer's bytes; the answer to a HEAD request has no body, and the length of one.</summary>
    public byte[] ToBytes(bool isHead)
    {
        var head = new StringBuilder($"HTTP/1.1 {Status} Word\r\n");
        foreach (var (name, value) in Headers)
            head.Append($"{name}: {value}\r\n");
        if (!Array.Exists(Headers, header => header.Name is "Content-Length" or "Transfer-Encoding"))
            head.Append($"Content-Length: {Body.Length}\r\n");
        return [.. Encoding.Latin1.GetBytes(head + "\r\n"), .. isHead ? [] : Body];
    }

    public RawAnswer With(string name, string value) =>
        this with { Headers = [.. Headers.Where(header => header.Name != name), (name, value)] };
}
