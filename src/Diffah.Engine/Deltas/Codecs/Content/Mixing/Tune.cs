namespace Diffah.Engine.Deltas.Codecs.Content.Mixing;
internal static class Tune
{
    public static int Of(string name, int value)
    {
        foreach (var part in (Environment.GetEnvironmentVariable("TUNE") ?? "").Split(','))
            if (part.StartsWith(name + "=")) return int.Parse(part[(name.Length + 1)..]);
        return value;
    }
}
