namespace Diffah.Bench.Scale;

/// <summary>An update of an image on a host.</summary>
internal readonly record struct HostUpdate(int Host, int Image, int From, int To);

/// <summary>
/// Images with their releases, and hosts with their updates. The first two years make histories: what is counted is the
/// third.
/// </summary>
internal sealed class SimulatedFleet
{
    private const int Years = 3;
    private const int Months = 12;

    /// <param name="families">The kinds of images there are.</param>
    /// <param name="options">The assumptions.</param>
    public SimulatedFleet(Family[] families, ScaleOptions options)
    {
        Options = options;
        var random = new Random(options.Seed);
        Newest = Years * options.ReleasesPerYear;
        Images = [.. Enumerable.Range(0, options.Images)
            .Select(_ => new SimulatedImage(random, families, options, Newest + 1))];
        Updates = [.. Enumerable.Range(0, options.Hosts).SelectMany(host => UpdatesOf(random, host)).ToList()];
    }

    public ScaleOptions Options { get; }

    public SimulatedImage[] Images { get; }

    /// <summary>The number of the newest release of each image.</summary>
    public int Newest { get; }

    /// <summary>The releases of the year that counts.</summary>
    public IEnumerable<int> Counted => Enumerable.Range(Newest - Options.ReleasesPerYear + 1, Options.ReleasesPerYear);

    /// <summary>The updates of the year that counts.</summary>
    public HostUpdate[] Updates { get; }

    private IEnumerable<HostUpdate> UpdatesOf(Random random, int host)
    {
        var images = ImagesOf(random);
        var rhythm = RhythmOf(random);
        var behind = random.NextDouble() < Options.Followers ? Options.Behind : 0;
        var phase = random.Next(rhythm.Every);
        var (has, isFirst) = (0, true);
        for (var month = 1; month <= Years * Months; month++)
        {
            if ((month + phase) % rhythm.Every != 0 || random.NextDouble() < rhythm.Missed)
                continue;
            var gets = Math.Max(0, (month * Options.ReleasesPerYear / Months) - behind);
            if (!isFirst && month > (Years - 1) * Months && gets > has)
            {
                foreach (var image in images)
                    yield return new HostUpdate(host, image, has, gets);
            }
            (has, isFirst) = (gets, false);
        }
    }

    /// <summary>One to nine images; the first ones are on more hosts than the last.</summary>
    private List<int> ImagesOf(Random random)
    {
        var count = random.Next(1, 10);
        var images = new SortedSet<int>();
        while (images.Count < Math.Min(count, Options.Images))
            images.Add((int)(Options.Images * Math.Pow(random.NextDouble(), 2)));
        return [.. images];
    }

    private Rhythm RhythmOf(Random random)
    {
        var at = random.NextDouble();
        return Options.Rhythms.FirstOrDefault(r => (at -= r.Part) < 0) ?? Options.Rhythms[^1];
    }
}
