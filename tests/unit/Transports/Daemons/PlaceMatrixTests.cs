using Diffah.Tests.Support.Daemons;
using Xunit.Abstractions;

namespace Diffah.Tests.Transports.Daemons;

/// <summary>
/// From every place where images are to every other: Docker, Podman, a registry and archives. Other tools bring the
/// images there, and say what has arrived.
/// </summary>
[Collection(DaemonsCollection.Name)]
public sealed class PlaceMatrixTests(DaemonsFixture daemons, ITestOutputHelper output) : IDisposable
{
    private readonly DaemonBench _bench = new(daemons);
    private readonly Releases _releases = new(1);

    public static TheoryData<string, string> Pairs
    {
        get
        {
            var pairs = new TheoryData<string, string>();
            foreach (var source in DaemonBench.Places)
            {
                foreach (var destination in DaemonBench.Places)
                    pairs.Add(source, destination);
            }
            return pairs;
        }
    }

    /// <summary>
    /// Where a delta is made, where its baseline is, and where its result goes: any two of a row's places meet in
    /// exactly one row (a Latin square).
    /// </summary>
    public static TheoryData<string, string, string> Rows
    {
        get
        {
            var rows = new TheoryData<string, string, string>();
            for (var made = 0; made < DaemonBench.Places.Count; made++)
            {
                for (var baseline = 0; baseline < DaemonBench.Places.Count; baseline++)
                    rows.Add(DaemonBench.Places[made], DaemonBench.Places[baseline],
                        DaemonBench.Places[(made + baseline) % DaemonBench.Places.Count]);
            }
            return rows;
        }
    }

    public void Dispose() => _bench.Dispose();

    [SkippableTheory]
    [MemberData(nameof(Pairs))]
    public async Task An_image_is_the_same_image_at_its_destination(string source, string destination)
    {
        await _bench.PutAsync(source, _releases.V1(source), "from:v1");
        await _bench.CopyAsync(_bench.Reference(source, "from:v1"), _bench.Reference(destination, "to:v1"));
        var arrived = await _bench.LookAsync(destination, "to:v1");
        output.WriteLine($"{source} -> {destination}: {arrived}");
        Assert.Equal(new StoredImage(_releases.Ids.V1, [.. _releases.V1DiffIds]), arrived);
        Assert.Equal(await _bench.LookAsync(source, "from:v1"), arrived);
        _bench.AssertWorkIsEmpty();
    }

    [SkippableTheory]
    [MemberData(nameof(Rows))]
    public async Task A_delta_restores_what_it_was_made_of(string made, string baseline, string destination)
    {
        await _bench.PutAsync(made, _releases.V1(made), "made:v1");
        await _bench.PutAsync(made, _releases.V2(made), "made:v2");
        await _bench.CreateAsync(_bench.Reference(made, "made:v1"), _bench.Reference(made, "made:v2"), "delta.tar");
        await _bench.PutAsync(baseline, _releases.V1(baseline), "have:v1");
        await _bench.RestoreAsync(
            "delta.tar", _bench.Reference(baseline, "have:v1"), _bench.Reference(destination, "got:v2"));
        var arrived = await _bench.LookAsync(destination, "got:v2");
        output.WriteLine($"{made}, {baseline} -> {destination}: {arrived}");
        Assert.Equal(new StoredImage(_releases.Ids.V2, [.. _releases.V2DiffIds]), arrived);
        _bench.AssertWorkIsEmpty();
    }
}
