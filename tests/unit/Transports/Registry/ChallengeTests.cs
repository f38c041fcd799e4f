using Diffah.Engine.Transports.Registry.Auth;

namespace Diffah.Tests.Transports.Registry;

public sealed class ChallengeTests
{
    [Fact]
    public void A_bearer_challenge_is_read()
    {
        var challenge =
            Assert.Single(
                Challenge.Parse(
                    """Bearer realm="https://auth.example/token?x=1",service="registry.example",scope="repository:a/b:pull,push" """));
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
    public void Several_in_one_header_are_told_apart(string header)
    {
        var challenges = Challenge.Parse(header);
        Assert.Equal(["Basic", "Bearer"], challenges.Select(c => c.Scheme));
        Assert.Equal(["a, b", "c"], challenges.Select(c => c["realm"]));
    }

    [Fact]
    public void Quotes_may_be_quoted() =>
        Assert.Equal("a\"b\\c", Challenge.Parse("""Basic realm="a\"b\\c" """)[0]["realm"]);

    [Theory]
    [InlineData("")]
    [InlineData(",,,")]
    [InlineData("=\"x\"")]
    [InlineData("Bearer realm=\"unfinished")]
    [InlineData("Bearer realm=\"unfinished\\")]
    [InlineData("Negotiate abc==")]
    [InlineData("\u0001\u0002")]
    public void Nonsense_does_no_harm(string header) => Assert.InRange(Challenge.Parse(header).Count, 0, 2);
}
