using Diffah.Engine.Transports.Registry.Auth;

namespace Diffah.Tests.Transports.Registry;

public sealed class ChallengeTests
{
    [Fact]
    public void ABearerChallengeIsRead()
    {
        var challenge = Assert.Single(Challenge.Parse("""Bearer realm="https://auth.example/token?x=1",service="registry.example",scope="repository:a/b:pull,push" """));
        Assert.True(challenge.Is("bearer"));
        Assert.Equal("https://auth.example/token?x=1", challenge["realm"]);
        Assert.Equal("registry.example", challenge["SERVICE"]);
        Assert.Equal("repository:a/b:pull,push", challenge["scope"]);
        Assert.Null(challenge["error"]);
    }

    [Theory]
    [InlineData("""Basic realm="a, b", Bearer realm="c" """)]
    [InlineData("""Basic realm="a, b",Bearer realm=c""")]
    [InlineData("""Basic  realm = "a, b" ,  Bearer  realm = "c" """)]
    public void SeveralInOneHeaderAreToldApart(string header)
    {
        var challenges = Challenge.Parse(header);
        Assert.Equal(["Basic", "Bearer"], challenges.Select(c => c.Scheme));
        Assert.Equal(["a, b", "c"], challenges.Select(c => c["realm"]));
    }

    [Fact]
    public void QuotesMayBeQuoted() => Assert.Equal("a\"b\\c", Challenge.Parse("""Basic realm="a\"b\\c" """)[0]["realm"]);

    [Theory]
    [InlineData("")]
    [InlineData(",,,")]
    [InlineData("=\"x\"")]
    [InlineData("Bearer realm=\"unfinished")]
    [InlineData("Bearer realm=\"unfinished\\")]
    [InlineData("Negotiate abc==")]
    [InlineData("\u0001\u0002")]
    public void NonsenseDoesNoHarm(string header) => Assert.InRange(Challenge.Parse(header).Count, 0, 2);
}
