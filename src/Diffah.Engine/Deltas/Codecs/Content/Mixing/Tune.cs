namespace Diffah.Engine.Deltas.Codecs.Content.Mixing;
internal static class Tune
{
    public static int Of(string name, int value)
    {
        foreach (var part in (Environment.GetEnvironmentVariable("TUNE") ?? "").Split(','))
            if (part.StartsWith(name + "=")) return int.Parse(part[(name.Length + 1)..]);
        return value;
    }
    public static readonly Dictionary<string, (double Bits, long Count)> Costs = [];
    public static string Now = "";
    public static void Cost(int bit, int p) { if (Now == "") return; var c = -Math.Log2((bit != 0 ? p : 65536 - p) / 65536.0); lock (Costs) { var o = Costs.GetValueOrDefault(Now); Costs[Now] = (o.Bits + c, o.Count); } }
    public static void Begin(string name) { Now = name; lock (Costs) { var o = Costs.GetValueOrDefault(Now); Costs[Now] = (o.Bits, o.Count + 1); } }
    public static void Report() { foreach (var (k, v) in Costs.OrderByDescending(c => c.Value.Bits)) Console.WriteLine($"    {k}: {v.Bits / 8:F0} bytes, {v.Count}, {v.Bits / v.Count:F2} bits"); }
}
